// Where a sampled stack came from, in full: enough to have it again, and for a report to say what it stands for.
import type { Provenance, StackStream } from './strategy.ts';

export interface SampledFrom extends Provenance {
  /** Seed of the strategy's own stream: with the campaign's knowledge and requirements, strategy and position it gives the stack again. */
  readonly seed: string;
  /** The how manieth stack of that stream it is, from 0 on. */
  readonly position: number;
  /**
   * Decimal logarithm of the probability that the campaign's sample has the stack, for the number of stacks that is planned:
   * exact for `uniform`, elsewhere as if draws were independent.
   */
  readonly log10InclusionProbability: number | null;
  /** Ids of stacks that this strategy drew just before, and that others of its mix had given already: part of its sample too. */
  readonly repeated?: readonly string[];
}

export interface SampledStream extends StackStream {
  /** Of the last stack given; null before the first. */
  readonly sampledFrom: SampledFrom | null;
}

/** The strategy whose first n stacks are a simple random sample of all. */
export const SIMPLE_RANDOM = 'uniform';

/** Below, a double knows no difference between 1 and 1 less the probability. */
const SMALLEST_EXACT_LOG10 = -12;

export function sampledFrom(
  provenance: Provenance | null,
  stream: {
    readonly seed: string;
    readonly position: number;
    readonly planned: number | undefined;
    readonly repeated?: readonly string[];
  },
): SampledFrom | null {
  if (provenance === null) {
    return null;
  }
  const { seed, position, planned, repeated = [] } = stream;
  return {
    ...provenance,
    seed,
    position,
    log10InclusionProbability: planned === undefined ? null : inclusion(provenance, planned),
    ...(repeated.length === 0 ? {} : { repeated }),
  };
}

function inclusion({ strategy, log10DrawProbability: draw }: Provenance, planned: number): number | null {
  if (draw === null || planned === 0) {
    return null;
  }
  const sum = Math.min(0, draw + Math.log10(planned));
  return strategy === SIMPLE_RANDOM || draw < SMALLEST_EXACT_LOG10
    ? sum
    : Math.min(0, Math.log10(-Math.expm1(planned * Math.log1p(-(10 ** draw)))));
}
