// A whole trial: calibrate each benchmark on the baseline, then block after block with all benchmarks, until the blocks
// are done, nothing is left to measure, or the signal aborts. A candidate that breaks is dropped for that benchmark and
// the others go on; a baseline that breaks ends that benchmark, because nothing can be compared with it.
import type { CalibrationRecord, TrialFailure } from '../../shared/measurement/benchmark.ts';
import type { Arm, BlockRecord, PairRecord } from '../../shared/measurement/block.ts';
import { calibrate, expectedPairMs } from './calibrate.ts';
import { LaunchFailure, trialFailure, type FailedPart, type Verdict } from './launch-failure.ts';
import type { MeasuredBenchmark, PairContext, PairStacks } from './measured-benchmark.ts';
import { planBlock, type PairPlan } from './plan-blocks.ts';
import {
  missingPackage,
  prepareBenchmark,
  type IndicatorSource,
  type PreparedBenchmark,
} from './prepared-benchmark.ts';
import { runInterleavedPair } from './run-pair.ts';
import { runSequentialPair } from './run-sequential.ts';
import { loadBetween, sampleMachine, whyDisturbed, type ReadText } from './telemetry.ts';
import type { LaunchTools, Pace, TrialBenchmark, TrialStack } from './trial.ts';

export interface TrialRequest {
  /** Null for a job without one: its stacks are measured alone, absolute values only. */
  readonly baseline: TrialStack | null;
  /** At least one. */
  readonly candidates: readonly TrialStack[];
  readonly benchmarks: readonly TrialBenchmark[];
  readonly blocks: number;
  readonly seed: string;
  readonly pace: Pace;
  /** Logical CPUs to draw from (readAllowedCores); empty where processes cannot be pinned. */
  readonly cores: readonly number[];
}

export interface TrialTools extends LaunchTools {
  readonly indicators: IndicatorSource;
  readonly readText: ReadText;
}

/** Each is awaited before the trial goes on, so that nothing else happens while values are taken. */
export interface TrialListener {
  onCalibrated(record: CalibrationRecord): void | Promise<void>;
  /** Before a block that will last about so long: the moment to ask for a quiet window. */
  beforeBlock(expectedMs: number): void | Promise<void>;
  onBlock(record: BlockRecord): void | Promise<void>;
}

export interface TrialResult {
  /** The first failure of each stack with each benchmark. */
  readonly failures: readonly TrialFailure[];
  readonly calibrations: readonly CalibrationRecord[];
  /** Blocks that count. */
  readonly validBlocks: number;
  /** Blocks that count although the telemetry objected. */
  readonly noisyBlocks: number;
  readonly repeatedBlocks: number;
  readonly isAborted: boolean;
}

/** Share of the blocks that may be repeated because something disturbed them. */
const REPEATED_SHARE = 0.3;

/** @throws TROOP-1502 for a benchmark that is not valid; everything that stacks and machine do is in the result */
export async function measureTrial(
  request: TrialRequest,
  tools: TrialTools,
  listener: TrialListener,
): Promise<TrialResult> {
  const prepared = request.benchmarks.map((benchmark) => prepareBenchmark(benchmark, tools.indicators));
  const trial = new Trial(request, tools, listener);
  for (const benchmark of prepared) await trial.calibrate(benchmark);
  await trial.runBlocks();
  return trial.result();
}

class Trial {
  readonly #request: TrialRequest;
  readonly #tools: TrialTools;
  readonly #listener: TrialListener;
  readonly #measured = new Map<string, MeasuredBenchmark>();
  readonly #failures = new Map<string, TrialFailure>();
  readonly #pairsBegun = new Set<string>();
  #validBlocks = 0;
  #noisyBlocks = 0;
  #repeatedBlocks = 0;

  constructor(request: TrialRequest, tools: TrialTools, listener: TrialListener) {
    this.#request = request;
    this.#tools = tools;
    this.#listener = listener;
  }

  /** Calibrates on the baseline; without one on the first candidate that can be measured. */
  async calibrate(benchmark: PreparedBenchmark): Promise<void> {
    const { baseline, candidates } = this.#request;
    for (const candidate of candidates) {
      const verdict = missingPackage(benchmark, candidate);
      const part = { benchmark: benchmark.key, stackId: candidate.stackId, arm: 'candidate' } as const;
      if (verdict !== null) this.#dismiss(part, verdict);
    }
    const choices = baseline === null ? this.#remaining(benchmark.key) : candidates.slice(0, 1);
    for (const candidate of choices) {
      if (this.#tools.signal.aborted) return;
      if (await this.#calibrateOn(benchmark, { baseline, candidate })) return;
    }
  }

  async #calibrateOn(benchmark: PreparedBenchmark, stacks: PairStacks): Promise<boolean> {
    const { seed, cores, pace } = this.#request;
    const arm: Arm = stacks.baseline === null ? 'candidate' : 'baseline';
    const stack = stacks.baseline ?? stacks.candidate;
    try {
      const missing = missingPackage(benchmark, stack);
      if (missing !== null) throw new LaunchFailure(arm, missing);
      const found = await calibrate({ benchmark, stacks, seed, cores, pace }, this.#tools);
      const { record: calibration, answer: referenceAnswer } = found;
      this.#measured.set(benchmark.key, { prepared: benchmark, calibration, referenceAnswer });
      await this.#listener.onCalibrated(calibration);
      return true;
    } catch (error) {
      if (!(error instanceof LaunchFailure)) throw error;
      const part: FailedPart = { benchmark: benchmark.key, stackId: stack.stackId, arm };
      this.#dismiss(part, error.verdict, error.stderrTail);
      return false;
    }
  }

  async runBlocks(): Promise<void> {
    let repeatsLeft = Math.floor(REPEATED_SHARE * this.#request.blocks);
    for (let block = 0; block < this.#request.blocks; block++) {
      for (let attempt = 0; ; attempt++) {
        const plans = this.#plan(block, attempt);
        if (plans.length === 0) return;
        const record = await this.#runBlock(block, attempt, plans, repeatsLeft > 0);
        if (record === null) return;
        await this.#listener.onBlock(record);
        if (record.valid) break;
        repeatsLeft -= 1;
        this.#repeatedBlocks += 1;
      }
    }
  }

  /** The pairs of the block that can still be measured. */
  #plan(block: number, attempt: number): readonly PairPlan[] {
    const { seed, cores, baseline, candidates } = this.#request;
    const benchmarks = [...this.#measured.values()].map(({ prepared, calibration }) => ({
      key: prepared.key,
      mode: calibration.mode,
      threads: prepared.threads,
      launches: calibration.launches,
    }));
    return planBlock({
      seed,
      block,
      attempt,
      benchmarks,
      candidateStackIds: candidates.map((stack) => stack.stackId),
      hasBaseline: baseline !== null,
      cores,
    }).filter((plan) => this.#isOpen(plan.benchmark, plan.candidateStackId));
  }

  /** Null when the signal aborted: a block that is not whole says nothing. */
  async #runBlock(
    block: number,
    attempt: number,
    plans: readonly PairPlan[],
    mayRepeat: boolean,
  ): Promise<BlockRecord | null> {
    const { clock, readText, signal } = this.#tools;
    await this.#listener.beforeBlock(this.#expectedMs(plans));
    const before = await sampleMachine(readText, clock);
    const pairs: PairRecord[] = [];
    for (const plan of plans) {
      if (signal.aborted) return null;
      // Its benchmark may have lost its baseline a moment ago.
      if (!this.#isOpen(plan.benchmark, plan.candidateStackId)) continue;
      pairs.push(await this.#runPair(plan));
    }
    if (signal.aborted) return null;
    const load = loadBetween(before, await sampleMachine(readText, clock));
    const invalidReason = whyDisturbed(load);
    const valid = invalidReason === null || !mayRepeat;
    if (valid) this.#validBlocks += 1;
    if (valid && invalidReason !== null) this.#noisyBlocks += 1;
    return { block, attempt, startedAtMs: before.wallMs, pairs, load, valid, invalidReason };
  }

  async #runPair(plan: PairPlan): Promise<PairRecord> {
    const benchmark = this.#measured.get(plan.benchmark);
    const candidate = this.#request.candidates.find((stack) => stack.stackId === plan.candidateStackId);
    if (benchmark === undefined || candidate === undefined) throw new Error('a pair that was not planned');
    const pairKey = `${plan.benchmark} ${plan.candidateStackId}`;
    const context: PairContext = {
      benchmark,
      stacks: { baseline: this.#request.baseline, candidate },
      tools: this.#tools,
      isFirst: !this.#pairsBegun.has(pairKey),
    };
    this.#pairsBegun.add(pairKey);
    const { prepared } = benchmark;
    const record =
      plan.mode === 'interleaved' && prepared.kind === 'indicator'
        ? await runInterleavedPair(plan, prepared, context)
        : await runSequentialPair(plan, context);
    if (record.failure !== undefined && !this.#tools.signal.aborted) this.#record(record.failure);
    return record;
  }

  #dismiss(part: FailedPart, verdict: Verdict, stderrTail = ''): void {
    if (this.#tools.signal.aborted) return;
    this.#record(trialFailure(part, verdict, stderrTail));
  }

  #record(failure: TrialFailure): void {
    const key = `${failure.arm} ${failure.benchmark} ${failure.stackId}`;
    if (!this.#failures.has(key)) this.#failures.set(key, failure);
    if (failure.arm === 'baseline') this.#measured.delete(failure.benchmark);
  }

  #isOpen(benchmark: string, candidateStackId: string): boolean {
    return this.#measured.has(benchmark) && !this.#failures.has(`candidate ${benchmark} ${candidateStackId}`);
  }

  #remaining(benchmark: string): readonly TrialStack[] {
    return this.#request.candidates.filter(
      (stack) => !this.#failures.has(`candidate ${benchmark} ${stack.stackId}`),
    );
  }

  #expectedMs(plans: readonly PairPlan[]): number {
    return plans.reduce((total, plan) => {
      const calibration = this.#measured.get(plan.benchmark)?.calibration;
      const hasBaseline = this.#request.baseline !== null;
      return total + (calibration === undefined ? 0 : expectedPairMs(calibration, hasBaseline));
    }, 0);
  }

  result(): TrialResult {
    return {
      failures: [...this.#failures.values()],
      calibrations: [...this.#measured.values()].map(({ calibration }) => calibration),
      validBlocks: this.#validBlocks,
      noisyBlocks: this.#noisyBlocks,
      repeatedBlocks: this.#repeatedBlocks,
      isAborted: this.#tools.signal.aborted,
    };
  }
}
