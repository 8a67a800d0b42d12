// From a claimed job to an environment that can be run, beside what the tool alone needs for the same files: the agent's own
// builder, and the same uv with the same cache and hard links into a fresh environment. Both take turns, caches warm. Ours is told
// for stacks of which earlier builds left everything, everything but one package, and nothing but the files.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requirementsOf } from '../../agent/build/requirements-lines.ts';
import { planFiles } from '../../agent/build/plan-files.ts';
import { WheelStore } from '../../agent/build/wheel-store.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { python, requestFor } from '../contract/builders/support.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';
import { besideEnvironments, openAgentBuilder, type AgentBuilder } from './build/agent-builder.ts';
import { benchStacks, type BenchStack } from './build/wheelhouse.ts';
import { median, rounded, tellFigure } from './figures.ts';

const REPEATS = Number(process.env['TROOP_BENCH_REPEATS'] ?? 7);
const never = new AbortController().signal;

let directory: TemporaryDirectory;
let agent: AgentBuilder;
let stacks: readonly BenchStack[];
let count = 0;
beforeAll(async () => {
  directory = await temporaryDirectory();
  agent = await openAgentBuilder(join(directory.path, 'state'), python);
  stacks = await benchStacks(join(directory.path, 'wheels'), python);
}, 600_000);
afterAll(() => directory.remove());

/** Milliseconds. */
interface Round {
  readonly built: number;
  readonly oneNew: number;
  readonly first: number;
  readonly reused: number;
  readonly bare: number;
  readonly compiled: number;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

/** What every build of another stack looks like to the cache of environments: its key is new, its files are here. */
function anew({ name, packages }: BenchStack, number: number | string): ReturnType<typeof requestFor> {
  const request = requestFor(packages);
  return { ...request, stack: { ...request.stack, lock_digest: `${name} ${number}` } };
}

async function build(request: ReturnType<typeof requestFor>): Promise<{ reused: boolean; key: string }> {
  const result = await agent.builder.build(request, never);
  if (!result.ok) throw new Error(result.log);
  return result.environment;
}

const ALWAYS = ['--no-config', '--no-python-downloads', '--no-progress', '--cache-dir'] as const;
const AS_THE_BUILDER = [
  '--no-deps',
  '--no-index',
  '--offline',
  '--no-build',
  '--require-hashes',
  '--link-mode',
  'hardlink',
] as const;

async function uv(...argv: readonly string[]): Promise<void> {
  const { exitCode, stderr, failure } = await runCommand(agent.uv, argv, { timeoutMs: 120_000 });
  if (exitCode !== 0) throw new Error(`uv ${argv.join(' ')}: ${failure ?? stderr}`);
}

/** What somebody would type: a fresh environment, and the files put into it. */
async function bareInstall(stack: BenchStack, compiles: boolean): Promise<number> {
  // Elsewhere each time, as environments are: the tool remembers interpreters by their path.
  const place = besideEnvironments(agent, `bare-${(count += 1)}`);
  const requirements = join(directory.path, `${stack.name}.txt`);
  const cache = [...ALWAYS, agent.paths.cache];
  const further = [
    ...AS_THE_BUILDER,
    ...(compiles ? ['--compile-bytecode'] : []),
    '--requirements',
    requirements,
  ];
  const ms = await timed(async () => {
    await uv('venv', ...cache, '--no-project', '--python', python, place);
    await uv('pip', 'install', ...cache, '--python', join(place, 'bin', 'python'), ...further);
  });
  await rm(place, { recursive: true });
  return ms;
}

/** The very lines that the builder hands to the tool: the files in its store. */
async function writeRequirements(stack: BenchStack): Promise<void> {
  const store = new WheelStore({ root: agent.paths.wheels, nextId: () => 'never' });
  const files = await Promise.all(
    planFiles(stack.packages, false).map(async (file) => ({
      ...file,
      local: await store.find(file.sha256 ?? '', file.filename ?? ''),
    })),
  );
  await writeFile(join(directory.path, `${stack.name}.txt`), requirementsOf(files).text);
}

type Steps = Readonly<Record<string, number>>;

/** A build under a key that is new. */
async function timedBuild(stack: BenchStack, number: number | string): Promise<{ ms: number; steps: Steps }> {
  let isReused = true;
  agent.takeSteps();
  const ms = await timed(async () => {
    isReused = (await build(anew(stack, number))).reused;
  });
  expect(isReused).toBe(false);
  return { ms, steps: agent.takeSteps() };
}

it('claim to environment ready, beside a bare warm install of the same files', async () => {
  for (const stack of stacks) {
    await build(anew(stack, 'warm'));
    await writeRequirements(stack);
    await bareInstall(stack, false);
    const rounds: Round[] = [];
    const steps: { oneNew: Steps; first: Steps }[] = [];
    const waits: number[] = [];
    for (let repeat = 1; repeat <= REPEATS; repeat++) {
      const bare = await bareInstall(stack, false);
      const wait = monitorEventLoopDelay({ resolution: 1 });
      wait.enable();
      const built = await timedBuild(stack, repeat);
      wait.disable();
      waits.push(wait.max / 1e6);
      expect(built.steps).toEqual({});
      const reused = await timed(async () => {
        expect((await build(anew(stack, repeat))).reused).toBe(true);
      });
      await agent.forgetInstalled(stack.packages.slice(-1));
      const oneNew = await timedBuild(stack, `one new ${repeat}`);
      await agent.forgetInstalled();
      const first = await timedBuild(stack, `first ${repeat}`);
      steps.push({ oneNew: oneNew.steps, first: first.steps });
      const compiled = await bareInstall(stack, true);
      rounds.push({ built: built.ms, oneNew: oneNew.ms, first: first.ms, reused, bare, compiled });
    }
    tellStack(stack, rounds, { steps, longestWaitMs: median(waits) });
  }
});

function tellStack(
  stack: BenchStack,
  rounds: readonly Round[],
  further: { steps: readonly { oneNew: Steps; first: Steps }[]; longestWaitMs: number },
): void {
  const of = (read: (round: Round) => number): number => median(rounds.map(read));
  const common = { bench: 'build', unit: 'ms' } as const;
  const reference = { name: 'bare warm install', value: of(({ bare }) => bare) };
  const context = { packages: stack.packages.length, sandbox: agent.sandboxKind, repeats: REPEATS };
  const beside = (
    figure: string,
    read: (round: Round) => number,
  ): { figure: string; ours: number; reference: typeof reference; ratio: number } => ({
    figure: `${figure}, ${stack.name}`,
    ours: of(read),
    reference,
    ratio: of((round) => read(round) / round.bare),
  });
  tellFigure(
    {
      ...common,
      ...beside('claim to environment ready', ({ built }) => built),
      goal: { ratioAtMost: 1.3 },
      aim: { ratioAtMost: 1 },
    },
    // For so long the agent answers nobody meanwhile.
    { ...context, longestWaitMs: rounded(further.longestWaitMs) },
  );
  // The reference does not compile byte code unless told; the builder always does, so that no import time depends on who was first.
  tellFigure({
    ...common,
    figure: `the same, ${stack.name}, by an install that compiles too`,
    ours: of(({ built }) => built),
    reference: { name: 'bare warm install, compiled', value: of(({ compiled }) => compiled) },
    ratio: of((round) => round.built / round.compiled),
  });
  tellFigure(
    { ...common, ...beside('one package was never installed', ({ oneNew }) => oneNew) },
    { ...context, stepsMs: mediansOf(further.steps.map(({ oneNew }) => oneNew)) },
  );
  tellFigure(
    { ...common, ...beside('none was ever installed', ({ first }) => first) },
    { ...context, stepsMs: mediansOf(further.steps.map(({ first }) => first)) },
  );
  tellFigure({
    ...common,
    ...beside('the same environment once more', ({ reused }) => reused),
    goal: { ratioAtMost: 1 },
  });
}

function mediansOf(steps: readonly Steps[]): Steps {
  const names = Object.keys(steps[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, rounded(median(steps.map((step) => step[name] ?? 0)))]),
  );
}
