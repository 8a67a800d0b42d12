// One launch as it is to be made, and the record that grows with it.
import type { Arm, LaunchRecord, MeasuredValue } from '../../shared/measurement/block.ts';
import type { SandboxExit } from '../sandbox/sandbox.ts';
import { threadSettings } from './launch-command.ts';
import type { LaunchDraw } from './plan-blocks.ts';
import type { PreparedBenchmark } from './prepared-benchmark.ts';
import type { LaunchTools, TrialStack } from './trial.ts';

export interface LaunchPlan<Benchmark extends PreparedBenchmark = PreparedBenchmark> {
  readonly stack: TrialStack;
  readonly arm: Arm;
  readonly benchmark: Benchmark;
  readonly draw: LaunchDraw;
  /** Position among the launches of its pair. */
  readonly order: number;
  readonly cores: readonly number[] | null;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Everything of a launch record but its end. */
export type LaunchDraft = Mutable<Omit<LaunchRecord, 'warmups' | 'values'>> & {
  warmups: MeasuredValue[];
  values: MeasuredValue[];
};

export function draftOf(plan: LaunchPlan, tools: LaunchTools): LaunchDraft {
  const { kind, weaknesses } = tools.sandbox;
  return {
    arm: plan.arm,
    stackId: plan.stack.stackId,
    order: plan.order,
    cores: plan.cores,
    paddingBytes: plan.draw.paddingBytes,
    hashSeed: plan.draw.hashSeed,
    warmups: [],
    values: [],
    importNs: null,
    prepareNs: null,
    firstCallNs: null,
    peakMemoryBytes: null,
    end: 'killed',
    exitCode: null,
    signal: null,
    stderrTail: '',
    answer: null,
    sandbox: { kind, weaknesses },
    libraries: null,
    threads: threadSettings(plan.benchmark, plan.stack),
    pythonVersion: null,
  };
}

export function closeDraft(draft: LaunchDraft, exit: SandboxExit): LaunchRecord {
  const { end, exitCode, signal, stderrTail } = exit;
  return { ...draft, end, exitCode, signal, stderrTail };
}
