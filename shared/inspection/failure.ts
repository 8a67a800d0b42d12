// What went wrong with one stack, in the words of the catalogue; the same form on the wire, in the database and here.
import type { Cause, Outcome, Phase } from './outcome.ts';

export interface Failure {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly phase: Phase;
  /** Of the error catalogue. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The last lines of what the stack printed. */
  readonly excerpt?: string;
}

/** Whether it says something about the stack for good: what the fleet spoiled is tried again instead. */
export const isDecisive = (failure: Failure): boolean => failure.cause !== 'fleet';

/** Too noisy to count: has attempts of its own, and no machine or stack is blamed for it. */
export const isRejection = (failure: Failure): boolean => failure.outcome === 'measurement_rejected';
