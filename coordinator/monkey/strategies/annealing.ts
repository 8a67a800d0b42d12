// Simulated annealing: changes one package of the current stack; a result makes its stack the current one when it is faster,
// and when it is slower with a probability that falls with the difference and with every result (Metropolis). Faster is what
// is expected to be after all results: a single one is too noisy to be compared with another one. Parameters:
// `temperature`, the difference of log ratios that is taken with 1/e at first; `cooling`, what is left of it after a result;
// `warmUp`, uniform draws that are measured before.
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { BelievedNeighbours } from './believed-neighbours.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';

export const annealing = learningStrategy({
  name: 'annealing',
  description: 'changes one package of the current stack, and takes slower ones too, less and less',
  parameters: {
    temperature: { kind: 'number', minimum: 0.0001, maximum: 100 },
    cooling: { kind: 'number', minimum: 0.01, maximum: 1 },
    warmUp: { kind: 'integer', minimum: 1, maximum: 10_000 },
  },
  makeLearner: (context) => new Annealer(context),
});

class Annealer implements Learner {
  readonly #context: LearnerContext;
  readonly #neighbours: BelievedNeighbours;
  readonly #cooling: number;
  readonly #warmUp: number;
  #temperature: number;
  #current: Int32Array | null = null;
  #results = 0;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#neighbours = new BelievedNeighbours(context);
    this.#temperature = numberParameter(parameters, 'temperature', 0.1);
    this.#cooling = numberParameter(parameters, 'cooling', 0.95);
    this.#warmUp = numberParameter(parameters, 'warmUp', 10);
  }

  observe(observations: readonly Observation[]): void {
    const expectedOf = this.#neighbours.observe(observations);
    for (const { values, logRatio } of observations) {
      this.#results += 1;
      const current = this.#current === null ? Infinity : expectedOf(this.#current);
      if (logRatio !== null && this.#isTaken(expectedOf(values) - current)) {
        this.#current = values;
      }
      if (this.#results > this.#warmUp) {
        this.#temperature *= this.#cooling;
      }
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const centre = this.#results < this.#warmUp ? null : this.#current;
    return (
      (centre !== null &&
        this.#neighbours.draw({ centre, promise: this.#neighbours.drawn(random) }, values, random)) ||
      this.#context.given.drawFromRest(values)
    );
  }

  /** While it warms up, only the best of the uniform draws. */
  #isTaken(loss: number): boolean {
    if (loss < 0 || this.#results <= this.#warmUp) {
      return loss < 0;
    }
    const random = seededRandom(`${this.#context.options.seed}/annealing/take/${this.#results}`);
    return random.nextFloat() < Math.exp(-loss / this.#temperature);
  }
}
