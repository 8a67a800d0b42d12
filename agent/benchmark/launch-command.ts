// The command of one launch as the sandbox gets it. The environment is made from nothing: what a user's shell or the
// agent's service holds never reaches measured code. Numeric libraries are told how many threads they have, because their
// own guess differs between versions and machines.
import { dirname, extname } from 'node:path';
import { interpreterHome } from '../sandbox/interpreter-home.ts';
import type { SandboxCommand } from '../sandbox/sandbox.ts';
import type { LaunchDraw } from './plan-blocks.ts';
import type { PreparedBenchmark, PreparedIndicator, PreparedScript } from './prepared-benchmark.ts';
import { RUNNER_PATH, SCRIPT_LAUNCHER_PATH } from './program-paths.ts';
import type { LaunchTools, TrialStack } from './trial.ts';

const THREAD_VARIABLES = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
];

/** The thread settings of a launch: ours, unless the campaign makes them a factor. */
export function threadSettings(
  benchmark: PreparedBenchmark,
  stack: TrialStack,
): Readonly<Record<string, string>> {
  const ours = Object.fromEntries(THREAD_VARIABLES.map((name) => [name, String(benchmark.threads)]));
  const fromScript = benchmark.kind === 'script' ? scriptVariables(benchmark) : {};
  const given = { ...ours, ...stack.variables, ...fromScript };
  return Object.fromEntries(THREAD_VARIABLES.map((name) => [name, given[name] ?? '']));
}

/** Parameters of a script are its environment variables, under their own names. */
function scriptVariables(benchmark: PreparedScript): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(benchmark.parameters).map(([name, value]) => [name, String(value)]),
  );
}

function environmentOf(
  benchmark: PreparedBenchmark,
  stack: TrialStack,
  draw: LaunchDraw,
  home: string,
): Readonly<Record<string, string>> {
  return {
    PATH: [dirname(stack.environment.python), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: home,
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    PYTHONNOUSERSITE: '1',
    // The stack is read-only anyway; an import must not spend time on trying to write its cache.
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONHASHSEED: String(draw.hashSeed),
    TROOP_PADDING: 'x'.repeat(draw.paddingBytes),
    ...stack.variables,
    ...(benchmark.kind === 'script' ? scriptVariables(benchmark) : {}),
    ...threadSettings(benchmark, stack),
  };
}

interface CommandParts {
  readonly benchmark: PreparedBenchmark;
  readonly stack: TrialStack;
  readonly draw: LaunchDraw;
  readonly tools: LaunchTools;
  /** What the launch may write. */
  readonly directory: string;
}

function commandOf(
  parts: CommandParts,
  argv: readonly [string, ...string[]],
  programs: readonly string[],
): SandboxCommand {
  const { benchmark, stack, draw, tools, directory } = parts;
  const { launchMs, memoryBytes, outputBytes, processes } = tools.limits;
  return {
    argv,
    workingDirectory: directory,
    environment: environmentOf(benchmark, stack, draw, directory),
    writablePaths: [directory],
    readablePaths: [
      stack.environment.prefix,
      interpreterHome(stack.environment.python),
      ...programs.map((path) => dirname(path)),
    ],
    hiddenPaths: tools.hiddenPaths,
    network: false,
    limits: { wallMs: launchMs, memoryBytes, outputBytes, processes },
  };
}

/** The runner in the stack's interpreter. It pins itself, so that pinning needs no program of the system. */
export function indicatorCommand(parts: CommandParts & { benchmark: PreparedIndicator }): SandboxCommand {
  const { python } = parts.stack.environment;
  return commandOf(parts, [python, RUNNER_PATH], [RUNNER_PATH, parts.benchmark.programPath]);
}

/** A Python file runs in the stack's interpreter, anything else is executed with that interpreter first on PATH. */
export function scriptCommand(
  parts: CommandParts & { benchmark: PreparedScript; cores: readonly number[] | null },
): SandboxCommand {
  const { python } = parts.stack.environment;
  const { scriptPath, name } = parts.benchmark;
  const program = extname(name) === '.py' ? [python, scriptPath] : [scriptPath];
  const command = commandOf(
    parts,
    [python, SCRIPT_LAUNCHER_PATH, ...program],
    [SCRIPT_LAUNCHER_PATH, scriptPath],
  );
  return {
    ...command,
    limits: { ...command.limits, wallMs: Math.min(parts.tools.limits.launchMs, parts.tools.limits.valueMs) },
    ...(parts.cores === null ? {} : { cpus: parts.cores }),
  };
}
