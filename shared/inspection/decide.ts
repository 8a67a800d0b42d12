// How an inspection gets decided: once. What the stack, its script or its user broke is decided at once and for good;
// what the fleet spoiled stays pending until the attempts are used up, and is then decided as what it last was.
import { TroopError } from '../errors/troop-error.ts';
import { isDecisive, isRejection, type Failure } from './failure.ts';
import type { Attempts, DeadReason } from './job-state.ts';
import type { RetryPolicy } from './retry-policy.ts';

export type Decision =
  | { readonly outcome: 'succeeded' }
  /** `benchmark`: key of the one it failed with; null when it failed before any. */
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly benchmark: string | null };

export interface ReportedFailure {
  readonly stackId: string;
  /** Key of the benchmark; null for a build. */
  readonly benchmark: string | null;
  readonly failure: Failure;
}

/** The failure that says most about the stack: a decisive one before one of the fleet, else the first. */
export function weightiest(failures: readonly ReportedFailure[]): ReportedFailure | null {
  return failures.find(({ failure }) => isDecisive(failure)) ?? failures[0] ?? null;
}

/** Decided at once, or null: pending. */
export function decideAtOnce(report: ReportedFailure): Decision | null {
  if (!isDecisive(report.failure)) return null;
  return { outcome: 'failed', failure: report.failure, benchmark: report.benchmark };
}

/**
 * Whether a measurement was rejected as often as it may be: then it is decided as that, and the job goes on with the
 * others. Attempts of the fleet are the whole job's: when they are used up, the job dies and all of it is given up.
 */
export function isRejectedForGood(lastFailure: Failure, attempts: Attempts, policy: RetryPolicy): boolean {
  return isRejection(lastFailure) && attempts.rejections >= policy.maximumRejections;
}

const fromCatalogue = (
  code: 'TROOP-1321' | 'TROOP-1322' | 'TROOP-1323' | 'TROOP-1324' | 'TROOP-1326',
  kind: Pick<Failure, 'outcome' | 'cause' | 'phase'>,
  facts: Record<string, string> = {},
): Failure => {
  const error = new TroopError(code, facts);
  return { ...kind, code, message: error.message, hint: error.hint };
};

/** What a pending inspection is decided as when its job is given up. */
export function givenUp(lastFailure: Failure | null, reason: DeadReason): Decision {
  const lost = { outcome: 'lost', cause: 'fleet', phase: 'run' } as const;
  if (reason === 'poison') {
    return { outcome: 'failed', failure: fromCatalogue('TROOP-1321', lost), benchmark: null };
  }
  return { outcome: 'failed', failure: lastFailure ?? fromCatalogue('TROOP-1322', lost), benchmark: null };
}

/** What a pending inspection is decided as when somebody cancels it. */
export function cancelled(): Decision {
  const kind = { outcome: 'cancelled', cause: 'user', phase: 'run' } as const;
  return { outcome: 'failed', failure: fromCatalogue('TROOP-1324', kind), benchmark: null };
}

/** A trial that ended in order without one block that counts. */
export function noBlockCounted(benchmark: string): Failure {
  const kind = { outcome: 'measurement_rejected', cause: 'fleet', phase: 'measure' } as const;
  return fromCatalogue('TROOP-1323', kind, { benchmark });
}

/** A trial that its machine broke off for a reason of its own. */
export function brokenOff(reason: string): Failure {
  const kind = { outcome: 'lost', cause: 'fleet', phase: 'run' } as const;
  return fromCatalogue('TROOP-1326', kind, { reason });
}
