// Learns a value of each (package, minor line) and (package, version) from the error of its predictions, and takes the stack
// of the best values, except that each package is left to chance now and then (epsilon-greedy). Parameters: `exploration`,
// the probability that a package is left to chance; `rate`, the part of an error that is corrected; `warmUp`, uniform draws
// that are measured before.
import type { Random } from '../../../shared/runtime/random.ts';
import { bestStack } from '../diagram/best-stack.ts';
import { marginals } from '../diagram/marginals.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';
import { ResponseSums } from './responses.ts';
import { tableCost } from './table-cost.ts';
import { ValueTable } from './value-table.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const TRIES = 8;
const CHANCE = 10;

export const temporalDifference = learningStrategy({
  name: 'temporal-difference',
  description: 'learns a value of each version from its errors, and takes the best but for some chance',
  parameters: {
    exploration: { kind: 'number', minimum: 0, maximum: 1 },
    rate: { kind: 'number', minimum: 0.001, maximum: 1 },
    warmUp: { kind: 'integer', minimum: 1, maximum: 10_000 },
  },
  makeLearner: (context) => new TemporalDifferenceLearner(context),
});

class TemporalDifferenceLearner implements Learner {
  readonly #context: LearnerContext;
  readonly #table: ValueTable;
  readonly #packages: readonly number[];
  readonly #exploration: number;
  readonly #warmUp: number;
  readonly #responses = new ResponseSums();

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#table = new ValueTable(context.space, numberParameter(parameters, 'rate', 0.5));
    this.#packages = marginals(context.diagram).flatMap((counts, index) => (counts.size > 1 ? [index] : []));
    this.#exploration = numberParameter(parameters, 'exploration', 0.1);
    this.#warmUp = numberParameter(parameters, 'warmUp', 10);
  }

  observe(observations: readonly Observation[]): void {
    for (const observation of observations) this.#responses.add(observation);
    for (const { values, logRatio } of observations) {
      this.#table.learn(values, logRatio ?? this.#responses.worst, this.#packages);
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const { diagram, given } = this.#context;
    const isReady = this.#responses.count >= this.#warmUp;
    for (let attempt = 0; isReady && attempt < TRIES; attempt++) {
      // What was given before is avoided by more chance.
      const stack = bestStack(diagram, tableCost(this.#costs(random, this.#exploration * (1 + attempt))));
      if (stack !== null && !given.has(stack.values)) {
        values.set(stack.values);
        return true;
      }
    }
    return given.drawFromRest(values);
  }

  /** Packages that are left to chance get costs that outweigh all values. */
  #costs(random: Random, exploration: number): readonly Float64Array[] {
    return this.#context.space.candidates.map((candidates, packageIndex) => {
      const isChance = random.nextFloat() < exploration;
      return Float64Array.from(candidates, (_, value) =>
        isChance ? CHANCE * random.nextFloat() : this.#table.valueOf(packageIndex, value),
      );
    });
  }
}
