// Uniform draws that narrow to the region where stacks are fast: after each round the one bound on one package's versions that
// parts fast from slow most clearly is kept, as long as it does so significantly (Oh, Batory and Heradio, TOSEM 2023,
// https://doi.org/10.1145/3611663). The first round is drawn from the whole space, so its best is, whatever the surface, among
// the fastest part of all stacks with a known confidence. Parameters: `round`, results of a round; `confidence` of the guarantee.
import type { Random } from '../../../shared/runtime/random.ts';
import { countWhere } from '../diagram/count-where.ts';
import { marginals } from '../diagram/marginals.ts';
import { log10 } from '../diagram/ratio.ts';
import { WeightedSampler } from '../diagram/weighted-sampler.ts';
import { at } from '../space/at.ts';
import { clearestSplit, type Region, type Sample } from './clearest-split.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';
import { responsesOf } from './responses.ts';
import type { JsonValue } from './strategy.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const TRIES = 64;
const SPLITS_OF_A_ROUND = 2;

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
  readonly #observations: Observation[] = [];
  #region: Region = new Map();
  #sampler: WeightedSampler | null = null;
  #roundStart = 0;
  /** Positions below were drawn from the whole space. */
  #wholeUpTo: number | null = null;
  log10DrawProbability: number | null = null;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#round = numberParameter(parameters, 'round', 25);
    this.#confidence = numberParameter(parameters, 'confidence', 0.95);
    this.#packages = marginals(context.diagram).flatMap((counts, index) => (counts.size > 1 ? [index] : []));
  }

  observe(observations: readonly Observation[]): void {
    this.#observations.push(...observations);
    if (this.#observations.length - this.#roundStart >= this.#round) {
      this.#roundStart = this.#observations.length;
      this.#wholeUpTo ??= this.#context.given.count;
      this.#narrow();
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
    const whole = this.#observations.flatMap(({ position }) =>
      position !== null && (this.#wholeUpTo === null || position < this.#wholeUpTo) ? [position] : [],
    );
    // Of n uniform draws the best is in the fastest part q unless all miss it: 1 - (1 - q)^n >= confidence.
    const part = whole.length === 0 ? 1 : 1 - Math.exp(Math.log(1 - this.#confidence) / new Set(whole).size);
    return {
      kind: 'best-region',
      guarantee: { fastestPart: part, confidence: this.#confidence, draws: whole.length },
      regionPart: 10 ** (this.#log10Count - log10(diagram.count)),
      bounds: [...this.#region].map(([packageIndex, { from, to }]) => ({
        package: at(space.model.packages, packageIndex).name,
        newest: at(at(space.candidates, packageIndex), from).version.text,
        oldest: at(at(space.candidates, packageIndex), to).version.text,
      })),
    };
  }

  get #log10Count(): number {
    const { diagram } = this.#context;
    return this.#sampler === null ? log10(diagram.count) : this.#sampler.logTotal / Math.LN10;
  }

  #narrow(): void {
    const { diagram } = this.#context;
    const responses = responsesOf(this.#observations);
    const samples = this.#observations.map(({ values }, index): Sample => ({
      values,
      response: responses[index] as number,
    }));
    for (let split = 0; split < SPLITS_OF_A_ROUND; split++) {
      const narrower = clearestSplit(
        this.#region,
        this.#packages,
        samples,
        (packageIndex) => at(this.#context.space.candidates, packageIndex).length,
      );
      if (narrower === null) {
        return;
      }
      const left = countWhere(diagram, (index, value) => isWithin(narrower, index, value));
      if (left < BigInt(4 * this.#round)) {
        return;
      }
      this.#region = narrower;
      this.#sampler = new WeightedSampler(diagram, (index, value) =>
        isWithin(narrower, index, value) ? 1 : 0,
      );
    }
  }
}

function isWithin(region: Region, packageIndex: number, value: number): boolean {
  const bounds = region.get(packageIndex);
  return bounds === undefined || (value >= bounds.from && value <= bounds.to);
}
