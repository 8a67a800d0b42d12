// A launch that did not come to its end, with everything that an inspection has to know about it. Thrown by launches and
// caught by the pair that they belong to; it never leaves this room.
import { TroopError, type ErrorFacts } from '../../shared/errors/troop-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Cause, Outcome, Phase } from '../../shared/inspection/outcome.ts';
import type { TrialFailure } from '../../shared/measurement/benchmark.ts';
import type { Arm } from '../../shared/measurement/block.ts';

export interface Verdict {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly phase: Phase;
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
}

export interface FailedPart {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly stackId: string;
  readonly arm: Arm;
}

export class LaunchFailure extends Error {
  readonly verdict: Verdict;
  readonly arm: Arm;
  readonly stderrTail: string;

  constructor(arm: Arm, verdict: Verdict, stderrTail = '') {
    super(verdict.code);
    this.name = 'LaunchFailure';
    this.arm = arm;
    this.verdict = verdict;
    this.stderrTail = stderrTail;
  }
}

export function trialFailure(part: FailedPart, verdict: Verdict, stderrTail = ''): TrialFailure {
  const { outcome, cause, phase, code, facts } = verdict;
  const { message } = new TroopError(code, facts);
  const { benchmark, stackId, arm } = part;
  return { benchmark, stackId, arm, outcome, cause, phase, code, message, facts, stderrTail };
}

/** The measurement was stopped on purpose: nothing was found out about the stack. */
export const CANCELLED: Verdict = {
  outcome: 'cancelled',
  cause: 'fleet',
  phase: 'run',
  code: 'TROOP-1517',
  facts: {},
};
