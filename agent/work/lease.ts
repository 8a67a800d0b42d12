// The agent's side of a lease. The database's clock decides when it ends; here only the machine's own monotonic clock
// counts, and the agent fences itself off well before the coordinator may give the job to another.
import type { Clock } from '../../shared/runtime/clock.ts';
import { firstOf } from '../../shared/runtime/first-of.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { QuietGate } from './quiet-gate.ts';

/** Why a trial was told to stop; a closed list. */
export type StopReason = 'cancelled' | 'lost' | 'fenced' | 'shutdown';

export interface LeaseOptions {
  readonly link: CoordinatorLink;
  readonly quiet: QuietGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly jobId: string;
  readonly epoch: number;
  readonly leaseMs: number;
  /**
   * When the job was asked for, on the monotonic clock: the coordinator's lease began no later than its answer was sent,
   * and between that and its arrival the whole machine may have slept.
   */
  readonly askedAtMs: number;
  readonly renewEveryMs: number;
  /** How long without a renewal before the agent gives up by itself; less than the lease. */
  readonly fenceMs: number;
  /** Called once, when the trial has to stop. */
  readonly onStop: (reason: StopReason) => void;
}

export interface Lease {
  /** Renews until it ends; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Makes sure that the lease outlives a silence of `expectedMs`: renews now when a renewal would fall due in it, and
   * asks for a quiet window when it is longer than 15 s.
   */
  beforeSilence(expectedMs: number): Promise<void>;
}

const LONGEST_PLAIN_SILENCE_MS = 15_000;
/** A renewal that failed is tried again sooner: whoever was restarting may be back well before the fence. */
const RETRY_SHARE = 0.25;
const LONGEST_QUIET_MS = 30 * 60_000;

export function createLease(options: LeaseOptions): Lease {
  const { clock, link, jobId, epoch } = options;
  let safeUntilMs = options.askedAtMs + options.fenceMs;
  let renewedAtMs = options.askedAtMs;
  let isOver = false;
  let hasFailed = false;

  const end = (reason: StopReason): void => {
    if (isOver) return;
    isOver = true;
    options.onStop(reason);
  };

  const renewOnce = async (quietForMs: number): Promise<void> => {
    const askedAtMs = clock.monotonicMs();
    const reply = await link.renew({ jobId, epoch, ...(quietForMs > 0 ? { quietForMs } : {}) });
    if (reply.verdict !== 'ok') {
      end(reply.verdict === 'cancel' ? 'cancelled' : 'lost');
      return;
    }
    renewedAtMs = Math.max(renewedAtMs, askedAtMs);
    // Counted from the asking, not from the answer: the coordinator's lease began no later than that. Answers may come in
    // any order, and no renewal makes a lease shorter.
    const grantedUntilMs = askedAtMs + reply.leaseMs - (options.leaseMs - options.fenceMs);
    safeUntilMs = Math.max(safeUntilMs, grantedUntilMs);
  };

  const tryRenew = async (quietForMs: number): Promise<void> => {
    try {
      await renewOnce(quietForMs);
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      options.logger.warn({ err: error, jobId, epoch }, 'the lease could not be renewed');
    }
  };

  /** No wait outlasts the fence, be it for silence to end or for an answer that does not come. */
  const untilFence = (wait: (until: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> =>
    firstOf(signal, wait, (until) => clock.sleep(safeUntilMs - clock.monotonicMs(), until));

  return {
    run: async (signal) => {
      while (!signal.aborted && !isOver) {
        const jitter = 0.8 + 0.4 * options.random();
        const pauseMs = options.renewEveryMs * jitter * (hasFailed ? RETRY_SHARE : 1);
        await clock.sleep(Math.min(pauseMs, safeUntilMs - clock.monotonicMs()), signal);
        if (signal.aborted) return;
        if (clock.monotonicMs() >= safeUntilMs) {
          end('fenced');
          return;
        }
        await untilFence((until) => options.quiet.whenTalkative(until), signal);
        const isDue = clock.monotonicMs() - renewedAtMs >= options.renewEveryMs * 0.7;
        if (isDue && !signal.aborted && !options.quiet.isQuiet()) {
          await untilFence(() => tryRenew(0), signal);
        }
      }
    },
    beforeSilence: async (expectedMs) => {
      if (isOver) return;
      const isLong = expectedMs > LONGEST_PLAIN_SILENCE_MS;
      const fallsDue = clock.monotonicMs() + expectedMs - renewedAtMs >= options.renewEveryMs;
      if (isLong) await tryRenew(Math.min(LONGEST_QUIET_MS, Math.ceil(expectedMs * 3)));
      else if (fallsDue) await tryRenew(0);
    },
  };
}
