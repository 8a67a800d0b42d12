// Uniform draws that narrow to the region where stacks are fast: after the first round, and then again and again, bounds on
// packages' versions are found anew, as many as results allow, under a belief about the effects of versions that is drawn from
// what all results together make credible (Oh, Batory and Heradio, TOSEM 2023, https://doi.org/10.1145/3611663, whose splits of
// single results are no better than chance where noise is larger than effects; the draw is Thompson's). A bound that noise
// brought is gone with the next belief. The first round is drawn from the whole space, so its best is, whatever the surface,
// among the fastest part of all stacks with a known confidence. Parameters: `round`, results of the first round, five regions in the
// time of which follow; `confidence` of the guarantee.
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { marginals } from '../diagram/marginals.ts';
import { log10 } from '../diagram/ratio.ts';
import { UniformSampler } from '../diagram/uniform-sampler.ts';
import { WeightedSampler } from '../diagram/weighted-sampler.ts';
import { at } from '../space/at.ts';
import { clearestBound, isInside, isWithin, type Believed, type Region } from './clearest-bound.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';
import { sumOf, type Effects } from './posterior.ts';
import { StackPosterior } from './stack-posterior.ts';
import type { JsonValue } from './strategy.ts';
import { versionEffects } from './version-effects.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const TRIES = 64;
/** Bounds that the results of a round allow, by package in which stacks differ. */
const BOUNDS_A_PACKAGE = 0.6;
/** Regions found anew in the time of a round. */
const REGIONS_OF_A_ROUND = 5;
/** Stacks of a region that bounds are judged on, and as few of them as may be left. */
const JUDGED = 256;
const FEWEST_JUDGED = 48;
/** A region keeps this many times the stacks of a round, and of all that were given: else it would soon hold nothing new. */
const LEAST_TIMES = 4;

export const recursiveSearch = learningStrategy({
  name: 'recursive-search',
  description: 'uniform draws that narrow to where stacks are fast, with a guarantee how good the best is',
  parameters: {
    round: { kind: 'integer', minimum: 4, maximum: 100_000 },
    confidence: { kind: 'number', minimum: 0.5, maximum: 0.9999 },
  },
  makeLearner: (context) => new RecursiveSearch(context),
});

class RecursiveSearch implements Learner {
  readonly #context: LearnerContext;
  readonly #round: number;
  readonly #confidence: number;
  readonly #packages: readonly number[];
  readonly #posterior: StackPosterior;
  readonly #uniform: UniformSampler;
  /** Positions of stacks that were drawn from the whole space and have results. */
  readonly #wholePositions = new Set<number>();
  #region: Region = new Map();
  #sampler: WeightedSampler | null = null;
  #nextRegionAt: number;
  /** Positions below were drawn from the whole space. */
  #wholeUpTo: number | null = null;
  log10DrawProbability: number | null = null;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#posterior = new StackPosterior(versionEffects(context.space, context.diagram));
    this.#uniform = new UniformSampler(context.diagram);
    this.#round = numberParameter(parameters, 'round', 25);
    this.#nextRegionAt = this.#round;
    this.#confidence = numberParameter(parameters, 'confidence', 0.95);
    this.#packages = marginals(context.diagram).flatMap((counts, index) => (counts.size > 1 ? [index] : []));
  }

  observe(observations: readonly Observation[]): void {
    this.#posterior.observe(observations);
    for (const { position } of observations) {
      const isOfWhole = this.#wholeUpTo === null || (position ?? Infinity) < this.#wholeUpTo;
      if (position !== null && isOfWhole) this.#wholePositions.add(position);
    }
    const results = this.#posterior.count;
    if (results >= this.#nextRegionAt) {
      this.#nextRegionAt = results + Math.max(1, Math.round(this.#round / REGIONS_OF_A_ROUND));
      this.#wholeUpTo ??= this.#context.given.count;
      this.#findRegion(results);
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const { given } = this.#context;
    this.log10DrawProbability = -this.#log10Count;
    for (let attempt = 0; this.#sampler !== null && attempt < TRIES; attempt++) {
      this.#sampler.draw(random, values);
      if (!given.has(values)) {
        return true;
      }
    }
    this.log10DrawProbability = this.#sampler === null ? this.log10DrawProbability : null;
    return given.drawFromRest(values);
  }

  get finding(): JsonValue {
    const { space, diagram } = this.#context;
    const draws = this.#wholePositions.size;
    // Of n uniform draws the best is in the fastest part q unless all miss it: 1 - (1 - q)^n >= confidence.
    const part = draws === 0 ? 1 : 1 - Math.exp(Math.log(1 - this.#confidence) / draws);
    return {
      kind: 'best-region',
      guarantee: { fastestPart: part, confidence: this.#confidence, draws },
      regionPart: 10 ** (this.#log10Count - log10(diagram.count)),
      bounds: [...this.#region].map(([packageIndex, { from, to }]) => {
        const own = at(space.candidates, packageIndex);
        return {
          package: at(space.model.packages, packageIndex).name,
          newest: at(own, from).version.text,
          oldest: at(own, Math.min(to, own.length - 1)).version.text,
        };
      }),
    };
  }

  get #log10Count(): number {
    const { diagram } = this.#context;
    return this.#sampler === null ? log10(diagram.count) : this.#sampler.logTotal / Math.LN10;
  }

  /** Natural logarithm of the least number of stacks of a region. */
  get #leastLog(): number {
    return Math.log(LEAST_TIMES * Math.max(this.#round, this.#context.given.count));
  }

  #findRegion(results: number): void {
    const random = seededRandom(`${this.#context.options.seed}/recursive-search/region/${results}`);
    const effects = this.#posterior.draw(random);
    const most = Math.round((BOUNDS_A_PACKAGE * this.#packages.length * results) / this.#round);
    const regions: Region[] = [new Map()];
    let sampler: WeightedSampler | null = null;
    let stacks = this.#drawn(sampler, effects, random);
    while (regions.length <= most) {
      const region = regions.at(-1) as Region;
      if (stacks.length < FEWEST_JUDGED) {
        sampler = this.#samplerOf(region);
        if (sampler.logTotal < this.#leastLog) break;
        stacks = this.#drawn(sampler, effects, random);
      }
      const narrower = clearestBound(region, this.#packages, stacks);
      if (narrower === null) break;
      regions.push(narrower);
      stacks = stacks.filter(({ values }) => isInside(narrower, values));
    }
    this.#settleOn(regions);
  }

  /** The narrowest that has enough stacks. */
  #settleOn(regions: readonly Region[]): void {
    for (const region of regions.toReversed()) {
      this.#region = region;
      this.#sampler = region.size === 0 ? null : this.#samplerOf(region);
      if (this.#sampler === null || this.#sampler.logTotal >= this.#leastLog) return;
    }
  }

  /** Stacks of a region, of the whole space without a sampler. */
  #drawn(sampler: WeightedSampler | null, effects: Effects, random: Random): readonly Believed[] {
    return Array.from({ length: JUDGED }, () => {
      const values = new Int32Array(this.#context.diagram.packageCount);
      (sampler ?? this.#uniform).draw(random, values);
      return { values, response: sumOf(effects, values) };
    });
  }

  #samplerOf(region: Region): WeightedSampler {
    return new WeightedSampler(this.#context.diagram, (index, value) =>
      isWithin(region, index, value) ? 1 : 0,
    );
  }
}
