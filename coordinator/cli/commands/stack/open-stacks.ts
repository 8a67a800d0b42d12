// Who answers a command on stacks: the coordinator, or a thread of this process that reads a snapshot file. Either way
// this thread only waits and writes, so that ^C ends it at once.
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { systemClock, type Clock } from '../../../../shared/runtime/clock.ts';
import { printable } from '../../../../shared/terminal/printable.ts';
import type { Terminal } from '../../../../shared/terminal/terminal.ts';
import type { Noted, StackUseCases } from '../../../api/stacks.ts';
import { openContext, processTerminal } from '../../command-context.ts';
import type { ApiClient } from '../../api-client.ts';
import { indexesOfCoordinator, indexesOfFile, type KnownIndexes } from '../../known-indexes.ts';
import { DEFAULT_PLATFORM, DEFAULT_PYTHON, type SpaceTools } from './space-body.ts';
import type { SpaceFlags } from './space-flags.ts';
import { writeText } from './write-text.ts';

export interface StackTools extends SpaceTools {
  readonly stacks: StackUseCases;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Writes to stdout; resolves when it takes more. */
  readonly write: (text: string) => Promise<void>;
  readonly isOutputSeen: boolean;
}

const INTERRUPTED = 130;

/** Runs a command with whoever answers its questions, and gives its exit status. */
export async function withStacks(
  flags: SpaceFlags,
  run: (tools: StackTools) => Promise<number>,
): Promise<number> {
  const interrupt = (): never => process.exit(INTERRUPTED);
  process.once('SIGINT', interrupt);
  const { stacks, knownIndexes, close } = await (flags.knowledge === undefined
    ? openThere(flags)
    : openHere(flags.knowledge));
  try {
    const terminal = processTerminal();
    return await run({
      stacks: sayingNotes(stacks, terminal),
      terminal,
      clock: systemClock,
      write: (text) => writeText(process.stdout, text),
      isOutputSeen: process.stdout.isTTY,
      knownIndexes,
    });
  } finally {
    await close();
    process.off('SIGINT', interrupt);
  }
}

/** Says what answers note, each note once: a stream comes in many pages. */
export function sayingNotes(stacks: StackUseCases, terminal: Pick<Terminal, 'say'>): StackUseCases {
  const said = new Set<string>();
  const noting =
    <Body, Answer extends Noted>(ask: (body: Body) => Promise<Answer>) =>
    async (body: Body): Promise<Answer> => {
      const answer = await ask(body);
      for (const note of answer.ruleNotes ?? []) {
        if (!said.has(note)) terminal.say(`note: ${printable(note)}`);
        said.add(note);
      }
      return answer;
    };
  return {
    sample: noting(stacks.sample),
    count: noting(stacks.count),
    explain: noting(stacks.explain),
    check: stacks.check,
    neighbours: noting(stacks.neighbours),
    coverage: noting(stacks.coverage),
  };
}

interface OpenStacks {
  readonly stacks: StackUseCases;
  readonly knownIndexes: KnownIndexes;
  readonly close: () => Promise<void>;
}

async function openHere(file: string): Promise<OpenStacks> {
  const { stackUseCases } = await import('../../../composition/stack-use-cases.ts');
  const { openWorkerEngine } = await import('../../../sampling/worker-engine.ts');
  const engine = openWorkerEngine({ settings: { knowledge: { file } }, logger: silentLogger });
  const stacks = stackUseCases({
    engine,
    resolveSnapshot: () => Promise.resolve(file),
    target: {
      defaultPythons: () => Promise.resolve([DEFAULT_PYTHON]),
      defaultPlatform: DEFAULT_PLATFORM,
    },
  });
  return { stacks, knownIndexes: indexesOfFile(file), close: () => Promise.resolve(engine.stop()) };
}

async function openThere(flags: SpaceFlags): Promise<OpenStacks> {
  const { api } = await openContext(flags);
  return {
    stacks: remoteStacks(api),
    knownIndexes: indexesOfCoordinator(() => Promise.resolve(api), flags.snapshot),
    close: () => Promise.resolve(),
  };
}

/** The coordinator's answers; its pages of stacks become lines again. */
export function remoteStacks(api: ApiClient): StackUseCases {
  return {
    sample: async (body) => {
      const { stacks, ...page } = await api.post<RemotePage>('/stacks/sample', body);
      return { ...page, lines: stacks.map((stack) => JSON.stringify(stack)).join('\n') };
    },
    count: (body) => api.post('/stacks/count', body),
    explain: (body) => api.post('/stacks/explain', body),
    check: (body) => api.post('/stacks/check', body),
    neighbours: (body) => api.post('/stacks/neighbours', body),
    coverage: (body) => api.post('/stacks/coverage', body),
  };
}

type RemotePage = Omit<Awaited<ReturnType<StackUseCases['sample']>>, 'lines'> & {
  readonly stacks: readonly unknown[];
};
