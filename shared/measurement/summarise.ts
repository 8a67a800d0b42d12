// Absolute numbers of one stack: for people and for trials without a baseline. Never compared over machines or trials;
// ratios are (estimate.ts).
import type { BlockRecord } from './block.ts';
import { median } from './descriptive.ts';
import { metricValues } from './metric-values.ts';

export interface AbsoluteSummary {
  /** The median of the launches' medians, in the unit of the metric (nanoseconds per call for times). */
  readonly median: number;
  readonly launches: number;
  /** Smallest and largest median of a launch. */
  readonly lowest: number;
  readonly highest: number;
}

export interface SummaryQuestion {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly stackId: string;
  readonly metric: string;
}

/** Over the valid, unbroken launches of the stack in either arm; null when there is no number, or none that is finite. */
export function summariseStack(
  blocks: readonly BlockRecord[],
  question: SummaryQuestion,
): AbsoluteSummary | null {
  const medians = blocks
    .filter((block) => block.valid)
    .flatMap((block) => block.pairs)
    .filter((pair) => pair.benchmark === question.benchmark && pair.failure === undefined)
    .flatMap((pair) => pair.launches)
    .filter((launch) => launch.stackId === question.stackId)
    .map((launch) => metricValues(launch, question.metric))
    .filter((values) => values.length > 0)
    .map(median)
    .filter((value) => Number.isFinite(value));
  if (medians.length === 0) return null;
  return {
    median: median(medians),
    launches: medians.length,
    lowest: Math.min(...medians),
    highest: Math.max(...medians),
  };
}
