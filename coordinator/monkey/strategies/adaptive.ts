// Prefers what was fast: effects of versions drawn from what the results so far make believable become weights of versions,
// and a stack is drawn by them on the diagram (Thompson's draws, the cross-entropy method). A share of the draws is uniform,
// so every stack keeps a positive probability. Parameters: `exploration`, that share; `warmUp`, results before the first
// preference; `sharpness`, how strictly the best believed is taken.
import type { Random } from '../../../shared/runtime/random.ts';
import { log10 } from '../diagram/ratio.ts';
import { WeightedSampler, type WeightOf } from '../diagram/weighted-sampler.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';
import type { Effects } from './posterior.ts';
import { slowVersion } from './slow-version.ts';
import { StackPosterior } from './stack-posterior.ts';
import type { JsonValue } from './strategy.ts';
import { versionEffects } from './version-effects.ts';

// Part of the stream: changing it changes what an old seed gives.
const MAX_BELIEFS = 4;
const DRAWS_OF_A_BELIEF = 8;

export const adaptive = learningStrategy({
  name: 'adaptive',
  description: 'random stacks that prefer the versions which made others fast; every stack stays possible',
  parameters: {
    exploration: { kind: 'number', minimum: 0.01, maximum: 1 },
    warmUp: { kind: 'integer', minimum: 1, maximum: 10_000 },
    sharpness: { kind: 'number', minimum: 0.1, maximum: 100 },
  },
  makeLearner: (context) => new AdaptiveLearner(context),
});

class AdaptiveLearner implements Learner {
  readonly #context: LearnerContext;
  readonly #posterior: StackPosterior;
  readonly #exploration: number;
  readonly #warmUp: number;
  readonly #sharpness: number;
  /** After how many results it was found. */
  #found: { readonly results: number; readonly finding: JsonValue | undefined } | null = null;
  log10DrawProbability: number | null = null;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#posterior = new StackPosterior(versionEffects(context.space, context.diagram));
    this.#exploration = numberParameter(parameters, 'exploration', 0.1);
    this.#warmUp = numberParameter(parameters, 'warmUp', 10);
    this.#sharpness = numberParameter(parameters, 'sharpness', 6);
  }

  observe(observations: readonly Observation[]): void {
    this.#posterior.observe(observations);
  }

  get finding(): JsonValue | undefined {
    const results = this.#posterior.count;
    if (results < this.#warmUp) {
      return undefined;
    }
    if (this.#found?.results !== results) {
      this.#found = { results, finding: slowVersion(this.#context.space, this.#posterior) };
    }
    return this.#found.finding;
  }

  next(values: Int32Array, random: Random): boolean {
    const { diagram, given } = this.#context;
    if (this.#posterior.count < this.#warmUp) {
      this.log10DrawProbability = -log10(diagram.count);
      return given.drawFromRest(values);
    }
    for (let belief = 0; belief < MAX_BELIEFS; belief++) {
      const preference = new Preference(this.#context, this.#posterior.draw(random), this.#sharpness);
      for (let draw = 0; draw < DRAWS_OF_A_BELIEF; draw++) {
        const isExploring = random.nextFloat() < this.#exploration;
        if (isExploring ? given.drawFromRest(values) : preference.draw(random, values)) {
          this.log10DrawProbability = this.#mixed(preference.logProbability(values));
          return true;
        }
      }
    }
    this.log10DrawProbability = null;
    return given.drawFromRest(values);
  }

  /** Of a draw that is uniform or preferring. */
  #mixed(logPreferred: number): number {
    const uniform = Math.log(this.#exploration) - log10(this.#context.diagram.count) * Math.LN10;
    const preferred = Math.log(1 - this.#exploration) + logPreferred;
    const larger = Math.max(uniform, preferred);
    const sum = larger + Math.log(Math.exp(uniform - larger) + Math.exp(preferred - larger));
    return sum / Math.LN10;
  }
}

/** One belief as weights on the diagram. */
class Preference {
  readonly #given: LearnerContext['given'];
  readonly #weightOf: WeightOf;
  readonly #sampler: WeightedSampler;

  constructor({ diagram, given }: LearnerContext, effects: Effects, sharpness: number) {
    this.#given = given;
    const weights = Array.from({ length: diagram.packageCount }, (_, packageIndex) => {
      const each = effects.get(packageIndex);
      const without = each?.at(-1) ?? 0;
      return each?.map((effect) => Math.exp(sharpness * (without - effect)));
    });
    this.#weightOf = (packageIndex, value) => weights[packageIndex]?.[value] ?? 1;
    this.#sampler = new WeightedSampler(diagram, this.#weightOf);
  }

  /** False when the stack was given before. */
  draw(random: Random, values: Int32Array): boolean {
    this.#sampler.draw(random, values);
    return !this.#given.has(values);
  }

  /** Natural logarithm of the probability that a draw gives the stack. */
  logProbability(values: Int32Array): number {
    return this.#sampler.logProbability(values, this.#weightOf);
  }
}
