// Simulated annealing: changes one package of the current stack; a result makes its stack the current one when it is faster,
// and when it is slower with a probability that falls with the difference and with every result (Metropolis). Parameters:
// `temperature`, the difference of log ratios that is taken with 1/e at first; `cooling`, what is left of it after a result;
// `warmUp`, uniform draws that are measured before.
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { NeighbourDraws } from './neighbour-draws.ts';
import { numberParameter } from './parameters.ts';

// Part of the stream: how far a result of a neighbour moves what is believed of the current stack.
const DRIFT = 0.1;

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
  readonly #neighbours: NeighbourDraws;
  readonly #cooling: number;
  readonly #warmUp: number;
  #temperature: number;
  #current: { readonly values: Int32Array; readonly logRatio: number } | null = null;
  #results = 0;

  constructor(context: LearnerContext) {
    const { space, diagram, given, options } = context;
    this.#context = context;
    this.#neighbours = new NeighbourDraws(space, diagram, given);
    this.#temperature = numberParameter(options.parameters, 'temperature', 0.1);
    this.#cooling = numberParameter(options.parameters, 'cooling', 0.95);
    this.#warmUp = numberParameter(options.parameters, 'warmUp', 10);
  }

  observe(observations: readonly Observation[]): void {
    for (const { values, logRatio } of observations) {
      this.#results += 1;
      if (logRatio !== null && this.#isTaken(logRatio)) {
        this.#current = { values, logRatio };
      } else if (logRatio !== null && this.#current !== null && this.#results > this.#warmUp) {
        // A stack that only looked fast is found out by its neighbours.
        const believed = this.#current.logRatio + DRIFT * (logRatio - this.#current.logRatio);
        this.#current = { values: this.#current.values, logRatio: believed };
      }
      if (this.#results > this.#warmUp) {
        this.#temperature *= this.#cooling;
      }
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const isMoving = this.#current !== null && this.#results >= this.#warmUp;
    return (
      (isMoving && this.#current !== null && this.#neighbours.draw(this.#current.values, values, random)) ||
      this.#context.given.drawFromRest(values)
    );
  }

  /** While it warms up, only the best of the uniform draws. */
  #isTaken(logRatio: number): boolean {
    const loss = logRatio - (this.#current?.logRatio ?? Infinity);
    if (loss < 0 || this.#results <= this.#warmUp) {
      return loss < 0;
    }
    const random = seededRandom(`${this.#context.options.seed}/annealing/take/${this.#results}`);
    return random.nextFloat() < Math.exp(-loss / this.#temperature);
  }
}
