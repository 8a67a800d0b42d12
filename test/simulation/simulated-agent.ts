// An agent with its real loops, lease, spool and outbox, on a simulated clock; only building and measuring take time and
// do nothing. It can be killed: then it says and writes no word more, and its next life finds what the spool holds.
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { firstOf } from '../../shared/runtime/first-of.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import type { Random } from '../../shared/runtime/random.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { createWakeUp, createStatus } from '../../agent/work/agent-status.ts';
import { runClaimLoop, type GrantedClaim } from '../../agent/work/claim-loop.ts';
import { createLease } from '../../agent/work/lease.ts';
import { createQuietGate } from '../../agent/work/quiet-gate.ts';
import { runSpoolLoop } from '../../agent/work/spool-loop.ts';
import { openSpool, type Spool } from '../../agent/work/spool.ts';
import { createTrialOutbox } from '../../agent/work/trial-outbox.ts';
import { runTrial } from '../../agent/work/run-trial.ts';
import type { AgentEnd } from '../support/fleet-wire.ts';

export interface SimulatedAgent {
  /** Ends at once, like a process that was killed. */
  kill(): void;
}

export interface SimulatedAgentOptions {
  readonly end: AgentEnd;
  readonly spoolFolder: string;
  readonly queues: readonly QueueName[];
  readonly life: AgentLife;
  readonly clock: Clock;
  readonly random: Random;
  readonly blockOf: (
    n: number,
    baseline: LockedStack | null,
    candidates: readonly LockedStack[],
  ) => BlockRecord;
}

const BUILD_MS = 4000;
const BLOCK_MS = 9000;
/** Nothing of a simulated trial touches the disk. */
const NO_WORKSPACE = {
  path: '/nowhere',
  makeFolder: (name: string) => Promise.resolve(`/nowhere/${name}`),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
const never = (): Promise<never> => new Promise(() => {});

export async function startSimulatedAgent(options: SimulatedAgentOptions): Promise<SimulatedAgent> {
  const { end, clock, random, queues } = options;
  const over = new AbortController();
  const spool = await openSpool(options.spoolFolder);
  const quiet = createQuietGate();
  const status = createStatus({ queues });
  const shared = { clock, quiet, logger: silentLogger, random: () => random.nextFloat() };
  await end.link.onControl((message) => {
    if (message.order === 'committed') void spool.remove(message.ids);
  });
  void runSpoolLoop(
    { ...shared, spool, broker: end.broker, agentId: end.agentId, resendMs: 30_000 },
    over.signal,
  );
  void runClaimLoop(
    {
      ...shared,
      broker: end.broker,
      link: end.link,
      status,
      hostLock: { acquire: () => Promise.resolve(() => Promise.resolve()) },
      lookForWork: createWakeUp(),
      idlePollMs: 5000,
      hardwareDigest: () => 'hardware',
      life: options.life,
      notFitReason: () => Promise.resolve(null),
      runTrial: (claim) => playTrial({ ...options, spool, shared, ended: over.signal }, claim),
    },
    over.signal,
  );
  return {
    kill: () => {
      over.abort();
      void end.broker.close();
    },
  };
}

interface Stage extends SimulatedAgentOptions {
  readonly spool: Spool;
  readonly ended: AbortSignal;
  readonly shared: Pick<Parameters<typeof createLease>[0], 'clock' | 'quiet' | 'logger' | 'random'>;
}

async function playTrial(stage: Stage, claim: GrantedClaim): Promise<void> {
  const { end, spool, clock, shared, ended, random } = stage;
  const { jobId, epoch, leaseMs, trial } = claim;
  const stopped = new AbortController();
  const over = new AbortController();
  ended.addEventListener('abort', () => over.abort(), { once: true });
  const lease = createLease({
    ...shared,
    link: end.link,
    jobId,
    epoch,
    leaseMs,
    askedAtMs: clock.monotonicMs(),
    renewEveryMs: 20_000,
    fenceMs: (leaseMs * 75) / 90,
    onStop: (reason) => stopped.abort(reason),
  });
  void lease.run(over.signal);
  const takeTime = async (durationMs: number): Promise<void> => {
    await clock.sleep(durationMs * (0.5 + random.nextFloat()), stopped.signal);
    if (ended.aborted) await never();
  };
  const ending = await runTrial({
    claim,
    outbox: createTrialOutbox({ link: end.link, spool, jobId, epoch }),
    builder: {
      name: 'simulated',
      build: async () => {
        await takeTime(BUILD_MS);
        const environment = { key: 'k', prefix: '/', python: '/python', builder: 'uv' as const };
        return {
          ok: true,
          log: '',
          environment: {
            ...environment,
            reused: true,
            durationMs: 1,
            downloadedBytes: 0,
            files: { needed: 0, reused: 0 },
          },
        };
      },
    },
    measure: async ({ baseline, candidates, onBlock }, signal) => {
      for (let block = 0; block < trial.blocks; block++) {
        await lease.beforeSilence(BLOCK_MS);
        shared.quiet.close();
        await takeTime(BLOCK_MS);
        shared.quiet.open();
        signal.throwIfAborted();
        await onBlock(
          stage.blockOf(
            block,
            baseline?.stack ?? null,
            candidates.map(({ stack }) => stack),
          ),
        );
      }
      return [];
    },
    interpreterFor: () => '/python',
    fetchScripts: () => Promise.resolve(new Map()),
    openUse: () => ({ keep: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() }),
    openWorkspace: () => Promise.resolve(NO_WORKSPACE),
    hardwareDigest: 'hardware',
    clock,
    logger: silentLogger,
    signal: stopped.signal,
    onPhase: () => {},
  });
  shared.quiet.open();
  const endId = trialMessageId('end', { jobId, epoch, n: 0 });
  while (ending === 'completed' && spool.pending().includes(endId) && !stopped.signal.aborted) {
    await firstOf(stopped.signal, (until) => spool.changed(until));
    if (ended.aborted) await never();
  }
  over.abort();
}
