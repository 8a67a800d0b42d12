// A benchmark inside a trial, once it is calibrated: what all its pairs share.
import type { CalibrationRecord } from '../../shared/measurement/benchmark.ts';
import type { Cause } from '../../shared/inspection/outcome.ts';
import type { Answer } from './compare-answer.ts';
import type { PreparedBenchmark } from './prepared-benchmark.ts';
import type { LaunchTools, TrialStack } from './trial.ts';

export interface MeasuredBenchmark {
  readonly prepared: PreparedBenchmark;
  readonly calibration: CalibrationRecord;
  /** The baseline's answer, for indicators that cannot tell the right one without the stack. */
  readonly referenceAnswer: Answer | null;
}

/** The stacks of one pair. */
export interface PairStacks {
  /** Null in a trial without a baseline. */
  readonly baseline: TrialStack | null;
  readonly candidate: TrialStack;
}

export interface PairContext {
  readonly benchmark: MeasuredBenchmark;
  readonly stacks: PairStacks;
  readonly tools: LaunchTools;
  /** Whether this is the first time that the pair runs: launch by launch, it then warms the disk cache. */
  readonly isFirst: boolean;
}

export function stackOf(stacks: PairStacks, arm: 'baseline' | 'candidate'): TrialStack {
  return arm === 'baseline' && stacks.baseline !== null ? stacks.baseline : stacks.candidate;
}

/** Whose doing a failing script is: it has worked with the baseline, so with this candidate it is the stack's. */
export function blameForScript(stacks: PairStacks, arm: 'baseline' | 'candidate'): Cause {
  return arm === 'candidate' && stacks.baseline !== null ? 'stack' : 'script';
}
