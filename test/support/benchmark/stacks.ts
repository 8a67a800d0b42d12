// Small real stacks for tests of measuring: virtual environments of the python3 on PATH, each with its own version of a
// package `payload`, and an indicator that calls it. Slow, broken, wrong: whatever the version says.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { IndicatorSource } from '../../../agent/benchmark/prepared-benchmark.ts';
import { DEFAULT_LIMITS, type TrialStack } from '../../../agent/benchmark/trial.ts';
import type { TrialTools } from '../../../agent/benchmark/measure-trial.ts';
import { chooseSandbox } from '../../../agent/sandbox/choose-sandbox.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { PEAK_MEMORY, WALL } from '../../../shared/measurement/benchmark.ts';
import { indicators } from '../../../shared/measurement/indicators/registry.ts';
import type { IndicatorDescriptor } from '../../../shared/measurement/indicators/indicator.ts';
import { builtInIndicators } from '../../../agent/benchmark/program-paths.ts';

const run = promisify(execFile);

export const PAYLOAD: IndicatorDescriptor = {
  name: 'payload',
  describe: 'calls the package payload',
  packages: ['payload'],
  parameters: {},
  metrics: [WALL, PEAK_MEMORY],
  launch: 'resident',
  tolerance: { relative: 0, absolute: 0 },
};

/** The built-in indicators and `payload`. */
export const testIndicators: IndicatorSource = {
  registry: new Map([...indicators, [PAYLOAD.name, PAYLOAD]]),
  programPath: (name) =>
    name === PAYLOAD.name
      ? fileURLToPath(new URL('../../fixtures/benchmark/payload_indicator.py', import.meta.url))
      : builtInIndicators.programPath(name),
};

const working = (iterations: number, result: number): string =>
  `def work():\n    for _ in range(${iterations}):\n        pass\n    return ${result}\n`;
const executing = (body: string): string =>
  `import ctypes, mmap, os, platform, sys\n\ndef work():\n    ${body}\n`;
/** Runs an instruction that no CPU has: `ud2` of x86, `udf` of ARM. */
const ILLEGAL = [
  `code = b"\\x0f\\x0b" if platform.machine() == "x86_64" else b"\\0\\0\\0\\0"`,
  'page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)',
  'page.write(code)',
  'ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()',
].join('\n    ');

/** Writes into whatever is open, also into the channel of the runner. */
const NOISE = [
  'for descriptor in range(3, 64):',
  '    try:',
  '        os.write(descriptor, b"not an answer\\n")',
  '    except OSError:',
  '        pass',
].join('\n    ');

export const payloads = {
  usual: working(2000, 42),
  slow: working(4000, 42),
  wrong: working(200, 41),
  broken: 'import a_dependency_that_is_gone\n',
  incompatible: 'raise AttributeError("module has no attribute \'int\'")\n',
  segfault: executing('ctypes.string_at(0)'),
  illegal: executing(ILLEGAL),
  exits: executing('os._exit(3)'),
  raises: 'def work():\n    raise ValueError("no such thing")\n',
  noisy: executing(NOISE),
  chatty: executing('print("to stdout"); os.write(1, b"to descriptor 1\\n"); return 42'),
  hangs: 'def work():\n    while True:\n        pass\n',
  greedy: 'kept = []\n\ndef work():\n    while True:\n        kept.append(bytearray(b"x" * 8000000))\n',
} as const;
export type PayloadName = keyof typeof payloads;

export interface StackFactory {
  readonly root: string;
  readonly tools: TrialTools;
  stack(payload: PayloadName, more?: Partial<TrialStack>): Promise<TrialStack>;
  close(): Promise<void>;
}

export async function stackFactory(
  options: { readonly signal?: AbortSignal; readonly limits?: Partial<typeof DEFAULT_LIMITS> } = {},
): Promise<StackFactory> {
  const root = await mkdtemp(join(tmpdir(), 'troop-benchmark-'));
  const workspace = join(root, 'workspace');
  await mkdir(workspace);
  const ids = uuidIds(systemClock);
  const { sandbox } = await chooseSandbox({
    clock: systemClock,
    nextId: () => ids.next(),
    scratchDirectory: join(root, 'scratch'),
    isRoot: process.getuid?.() === 0,
    searchPath: (process.env['PATH'] ?? '').split(':'),
  });
  const tools: TrialTools = {
    sandbox,
    clock: systemClock,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    workspace,
    hiddenPaths: [],
    signal: options.signal ?? new AbortController().signal,
    indicators: testIndicators,
    readText: (path) => readFile(path, 'utf8').catch(() => null),
  };
  return {
    root,
    tools,
    stack: (payload, more = {}) => makeStack(root, payload, more),
    close: () => rm(root, { recursive: true, force: true }),
  };
}

async function makeStack(root: string, payload: PayloadName, more: Partial<TrialStack>): Promise<TrialStack> {
  const prefix = await mkdtemp(join(root, `${payload}-`));
  await run('python3', ['-m', 'venv', '--without-pip', '--symlinks', prefix]);
  const python = join(prefix, 'bin', 'python');
  const purelib = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  const { stdout } = await run(python, ['-c', purelib]);
  await writeFile(join(stdout.trim(), 'payload.py'), payloads[payload]);
  return {
    stackId: `sha256:${payload}`,
    environment: { prefix, python },
    packages: ['payload'],
    variables: {},
    ...more,
  };
}
