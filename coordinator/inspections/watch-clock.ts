// The database's clock decides about leases and waits, and somebody may set it. Set back, it would keep jobs waiting for as
// long as it jumped: what waits longer than it can have been told to is let go. Set forward, every lease would have run out
// at once: whoever is alive is given the time of one lease to say so.
import type { Pool } from 'pg';
import { longestRetryDelayMs, type RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { MAXIMUM_QUIET_MS } from '../../shared/inspection/transitions/renew.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { queryOne, sqlFile } from '../store/sql-file.ts';

export interface ClockWatchOptions {
  readonly pool: Pool;
  readonly policy: RetryPolicy;
  readonly leaseMs: number;
  /** Only its monotonic side counts. */
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
}

export interface ClockWatch {
  /** To be called before leases are taken back. Gives how many jobs wait no longer, and whether leases may be taken back. */
  look(): Promise<{ readonly letGo: number; readonly mayExpire: boolean }>;
}

const boundWaitsSql = sqlFile<{ bounded: number; now_ms: number }>(import.meta.url, 'bound-waits.sql');

/** Clocks drift, and an answer of the database takes its time. */
const TOLERATED_MS = 5000;

export function createClockWatch({ pool, policy, leaseMs, clock, logger }: ClockWatchOptions): ClockWatch {
  const longest = [leaseMs + MAXIMUM_QUIET_MS, longestRetryDelayMs(policy)];
  /** How far the database's clock is ahead of our monotonic one. */
  let aheadMs: number | null = null;
  let graceEndsAtMs = Number.NEGATIVE_INFINITY;

  /** The answer came between the two times: what may be its own delay is no jump. */
  const jumpMs = (databaseMs: number, askedAtMs: number, answeredAtMs: number): number => {
    const [least, most] = [databaseMs - answeredAtMs, databaseMs - askedAtMs];
    const before = aheadMs;
    if (most - least < TOLERATED_MS / 2) aheadMs = (least + most) / 2;
    if (before === null || (least <= before && before <= most)) return 0;
    return before < least ? least - before : most - before;
  };

  return {
    look: async () => {
      const askedAtMs = clock.monotonicMs();
      const row = await queryOne(pool, boundWaitsSql, longest);
      const answeredAtMs = clock.monotonicMs();
      if (row === null) throw new Error('a count gives a row');
      const jumped = jumpMs(row.now_ms, askedAtMs, answeredAtMs);
      if (jumped > TOLERATED_MS) graceEndsAtMs = answeredAtMs + leaseMs;
      const jumpedMs = Math.round(jumped);
      if (Math.abs(jumped) > TOLERATED_MS) logger.warn({ jumpedMs }, 'the clock of the database was set');
      return { letGo: row.bounded, mayExpire: answeredAtMs >= graceEndsAtMs };
    },
  };
}
