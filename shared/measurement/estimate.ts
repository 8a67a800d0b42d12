// From raw blocks to a ratio with its interval: one log ratio a block, then the trimmed mean over blocks. Values inside
// one process are not independent, so the block is the unit and values are never pooled (reference/measure.md, C5).
import type { Arm, BlockRecord, PairRecord } from './block.ts';
import { median } from './descriptive.ts';
import { metricValues } from './metric-values.ts';
import { halfWidth, trimmedMean } from './trimmed-mean.ts';

/** Fewer blocks than this give no interval; 8 are the default of a trial. */
export const MINIMUM_BLOCKS = 4;

export interface RatioQuestion {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly candidateStackId: string;
  /** Name of a metric. */
  readonly metric: string;
  /** Such as 0.95. */
  readonly confidence: number;
}

export interface RatioEstimate {
  /** Candidate by baseline: 0.5 is half the time (or half the memory, or half the rate). */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly blocks: number;
  readonly degreesOfFreedom: number;
  /** Of the logarithm of the ratio. */
  readonly standardError: number;
}

export interface InsufficientData {
  /**
   * `no_blocks`: never measured together. `too_few_blocks`: fewer than 4. `not_positive`: no ratio of such numbers.
   * `not_finite`: so far apart, or so scattered, that ratio or interval are beyond what a number holds.
   */
  readonly insufficient: 'no_blocks' | 'too_few_blocks' | 'not_positive' | 'not_finite';
  readonly blocks: number;
}

/** The pairs that count: of valid blocks, unbroken, of this benchmark and candidate. */
export function countedPairs(
  blocks: readonly BlockRecord[],
  question: Pick<RatioQuestion, 'benchmark' | 'candidateStackId'>,
): readonly PairRecord[] {
  return blocks
    .filter((block) => block.valid)
    .flatMap((block) => block.pairs)
    .filter(
      (pair) =>
        pair.benchmark === question.benchmark &&
        pair.candidateStackId === question.candidateStackId &&
        pair.failure === undefined,
    );
}

function armValues(pair: PairRecord, arm: Arm, metric: string): readonly number[] {
  return pair.launches
    .filter((launch) => launch.arm === arm)
    .flatMap((launch) => metricValues(launch, metric));
}

/**
 * The log ratio of one block, candidate by baseline: interleaved, the median over the values of log(B_k / A_k), where
 * the k-th values of both arms were taken next to each other; sequential, log med B - log med A. Null when an arm has
 * no values; NaN when a number is not positive.
 */
export function blockLogRatio(pair: PairRecord, metric: string): number | null {
  const baseline = armValues(pair, 'baseline', metric);
  const candidate = armValues(pair, 'candidate', metric);
  if (baseline.length === 0 || candidate.length === 0) return null;
  if ([...baseline, ...candidate].some((value) => !(value > 0))) return Number.NaN;
  if (pair.mode === 'sequential') return Math.log(median(candidate)) - Math.log(median(baseline));
  const count = Math.min(baseline.length, candidate.length);
  return median(Array.from({ length: count }, (_, k) => Math.log((candidate[k] ?? 0) / (baseline[k] ?? 0))));
}

/** Any number of blocks from 4 on; the interval holds for that one look, not for looking again and again. */
export function estimateRatio(
  blocks: readonly BlockRecord[],
  question: RatioQuestion,
): RatioEstimate | InsufficientData {
  const logRatios = countedPairs(blocks, question)
    .map((pair) => blockLogRatio(pair, question.metric))
    .filter((value) => value !== null);
  const count = logRatios.length;
  if (count === 0) return { insufficient: 'no_blocks', blocks: 0 };
  const isPositive = logRatios.every((value) => Number.isFinite(value));
  if (!isPositive) return { insufficient: 'not_positive', blocks: count };
  if (count < MINIMUM_BLOCKS) return { insufficient: 'too_few_blocks', blocks: count };
  const estimate = trimmedMean(logRatios);
  const half = halfWidth(estimate, question.confidence);
  const high = Math.exp(estimate.location + half);
  if (!Number.isFinite(high)) return { insufficient: 'not_finite', blocks: count };
  return {
    ratio: Math.exp(estimate.location),
    low: Math.exp(estimate.location - half),
    high,
    blocks: count,
    degreesOfFreedom: estimate.degreesOfFreedom,
    standardError: estimate.standardError,
  };
}
