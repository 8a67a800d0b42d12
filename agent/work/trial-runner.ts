// From a granted claim to a finished trial: its lease, its outbox, its end.
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import type { Metrics } from '../../shared/metrics/metrics.ts';
import type { agentMetrics } from '../../shared/metrics/agent-metrics.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Builder } from '../build/builder.ts';
import type { GrantedClaim } from './claim-loop.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import { createLease, type Lease, type StopReason } from './lease.ts';
import type { QuietGate } from './quiet-gate.ts';
import { runTrial, type Measure, type RunTrialOptions } from './run-trial.ts';
import type { Spool } from './spool.ts';
import { createTrialOutbox } from './trial-outbox.ts';

export interface TrialRunnerOptions extends Pick<
  RunTrialOptions,
  'interpreterFor' | 'fetchScripts' | 'openUse' | 'openWorkspace'
> {
  readonly link: CoordinatorLink;
  readonly spool: Spool;
  readonly builder: Builder;
  readonly quiet: QuietGate;
  /** How a trial is measured under its lease. */
  readonly measureUnder: (lease: Lease) => Measure;
  readonly hardwareDigest: () => string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics<keyof typeof agentMetrics>, 'add' | 'observe'>;
}

export interface TrialRunner {
  /** Never rejects. */
  run(claim: GrantedClaim, askedAtMs: number): Promise<void>;
  /** Stops the running trial, if it is this one (or whichever it is, without a job). */
  stop(reason: StopReason, jobId?: string): void;
}

const RENEW_EVERY_MS = 20_000;
const FENCE_SHARE = 75 / 90;

export function createTrialRunner(options: TrialRunnerOptions): TrialRunner {
  let running: { jobId: string; stop: (reason: StopReason) => void } | null = null;
  let isShutDown = false;

  const run = async (claim: GrantedClaim, askedAtMs: number): Promise<void> => {
    const { jobId, epoch, leaseMs } = claim;
    const logger = options.logger.child({ jobId, epoch });
    const stopped = new AbortController();
    const ended = new AbortController();
    const stop = (reason: StopReason): void => {
      logger.warn({ reason }, 'the trial was told to stop');
      stopped.abort(reason);
    };
    running = { jobId, stop };
    // A claim may be granted in the very moment in which the agent is told to stop.
    if (isShutDown) stop('shutdown');
    options.metrics.add('troop_agent_trials_started_total');
    const lease = createLease({
      ...options,
      logger,
      jobId,
      epoch,
      leaseMs,
      askedAtMs,
      renewEveryMs: Math.min(RENEW_EVERY_MS, leaseMs / 4),
      fenceMs: leaseMs * FENCE_SHARE,
      onStop: stop,
    });
    const renewing = lease.run(ended.signal);
    try {
      logger.info({ stacks: claim.trial.candidates.length, lane: claim.trial.lane }, 'a trial begins');
      const ending = await runTrial({
        ...options,
        claim,
        logger,
        outbox: createTrialOutbox({ link: options.link, spool: options.spool, jobId, epoch }),
        measure: options.measureUnder(lease),
        hardwareDigest: options.hardwareDigest(),
        signal: stopped.signal,
        onPhase: (phase, durationMs) =>
          options.metrics.observe('troop_agent_phase_duration_seconds', durationMs / 1000, { phase }),
      });
      logger.info({ ending }, 'a trial has ended');
      options.metrics.add('troop_agent_trials_finished_total', 1, { ending });
      // The lease goes on until the end is committed, so that nobody starts what is already done.
      if (ending === 'completed') {
        await committed(options.spool, trialMessageId('end', { jobId, epoch, n: 0 }), stopped.signal);
      }
    } catch (error) {
      logger.error({ err: error }, 'a trial could not be run');
    } finally {
      running = null;
      options.quiet.open();
      ended.abort();
      await renewing;
    }
  };

  return {
    run,
    stop: (reason, jobId) => {
      isShutDown ||= reason === 'shutdown';
      if (running !== null && (jobId === undefined || running.jobId === jobId)) running.stop(reason);
    },
  };
}

async function committed(spool: Spool, id: string, signal: AbortSignal): Promise<void> {
  while (spool.pending().includes(id) && !signal.aborted) await spool.changed(signal);
}
