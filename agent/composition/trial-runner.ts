// From a granted claim to a finished trial: its lease, its outbox, its end.
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import { interpreterFor } from '../../shared/machine/serves-environment.ts';
import type { Metrics } from '../../shared/metrics/metrics.ts';
import type { agentMetrics } from '../../shared/metrics/agent-metrics.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Builder } from '../build/builder.ts';
import type { CacheUses } from '../build/cache-uses.ts';
import type { CoordinatorHttp } from '../enrolment/coordinator-http.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createWorkspace } from '../sandbox/workspace.ts';
import type { StateLayout } from '../state-layout.ts';
import type { GrantedClaim } from '../work/claim-loop.ts';
import type { CoordinatorLink } from '../work/coordinator-link.ts';
import type { MachineView } from '../work/heartbeat-loop.ts';
import { createLease, type StopReason } from '../work/lease.ts';
import { measureBuilt } from '../work/measure-built.ts';
import type { QuietGate } from '../work/quiet-gate.ts';
import { runTrial } from '../work/run-trial.ts';
import type { Spool } from '../work/spool.ts';
import { createTrialOutbox } from '../work/trial-outbox.ts';

export interface TrialRunnerOptions {
  readonly link: CoordinatorLink;
  readonly spool: Spool;
  readonly builder: Builder;
  readonly cacheUses: CacheUses;
  readonly sandbox: Sandbox;
  readonly coordinator: CoordinatorHttp;
  readonly quiet: QuietGate;
  readonly machine: () => MachineView;
  readonly layout: StateLayout;
  /** What measured code must not see. */
  readonly hiddenPaths: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics<keyof typeof agentMetrics>;
}

export interface TrialRunner {
  /** Never rejects. */
  run(claim: GrantedClaim): Promise<void>;
  /** Stops the running trial, if it is this one (or whichever it is, without a job). */
  stop(reason: StopReason, jobId?: string): void;
}

const RENEW_EVERY_MS = 20_000;
const FENCE_SHARE = 75 / 90;

export function createTrialRunner(options: TrialRunnerOptions): TrialRunner {
  let running: { jobId: string; stop: (reason: StopReason) => void } | null = null;
  let isShutDown = false;

  const run = async (claim: GrantedClaim): Promise<void> => {
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
        measure: measureBuilt({ ...options, lease, hiddenPaths: options.hiddenPaths }),
        interpreterFor: ({ environment }) =>
          interpreterFor(options.machine().fingerprint, environment)?.path ?? null,
        fetchScripts: (trial, folder, signal) => options.coordinator.fetchScripts(trial, folder, signal),
        openUse: () => options.cacheUses.open(),
        openWorkspace: (id) => createWorkspace(options.layout.trials, id),
        hardwareDigest: options.machine().hardwareDigest,
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
