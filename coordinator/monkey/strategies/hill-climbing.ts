// Changes one package of the best stack so far, of very many packages a few, again and again; when many changes of it brought
// nothing, it starts anew from uniform draws. The best is the one of which most is expected after all results, so a stack that
// only looked fast is found out by those that share its versions. Parameters: `warmUp`, results of uniform draws before each
// climb; `patience`, results without a better stack that end a climb.
import type { Random } from '../../../shared/runtime/random.ts';
import { BelievedNeighbours } from './believed-neighbours.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter } from './parameters.ts';

// Part of the stream: stacks that may become the best again when others turn out to be slower than they looked.
const CONTENDERS = 16;

export const hillClimbing = learningStrategy({
  name: 'hill-climbing',
  description: 'changes one package of the fastest stack so far; starts anew where no change helps',
  parameters: {
    warmUp: { kind: 'integer', minimum: 1, maximum: 10_000 },
    patience: { kind: 'integer', minimum: 1, maximum: 10_000 },
  },
  makeLearner: (context) => new HillClimber(context),
});

class HillClimber implements Learner {
  readonly #context: LearnerContext;
  readonly #neighbours: BelievedNeighbours;
  readonly #warmUp: number;
  readonly #patience: number;
  /** Of this climb, the best first. */
  #contenders: readonly Int32Array[] = [];
  /** Results of this climb, and those of them since its best. */
  #results = 0;
  #sinceBest = 0;

  constructor(context: LearnerContext) {
    const { parameters } = context.options;
    this.#context = context;
    this.#neighbours = new BelievedNeighbours(context);
    this.#warmUp = numberParameter(parameters, 'warmUp', 10);
    this.#patience = numberParameter(parameters, 'patience', 40);
  }

  observe(observations: readonly Observation[]): void {
    const expectedOf = this.#neighbours.observe(observations);
    const fresh = observations.flatMap(({ values, logRatio }) => (logRatio === null ? [] : [values]));
    const [best] = this.#contenders;
    this.#contenders = [...this.#contenders, ...fresh]
      .map((values) => ({ values, expected: expectedOf(values) }))
      .toSorted((a, b) => a.expected - b.expected)
      .slice(0, CONTENDERS)
      .map(({ values }) => values);
    this.#results += observations.length;
    this.#sinceBest = this.#contenders[0] === best ? this.#sinceBest + observations.length : 0;
    if (this.#sinceBest >= this.#patience) {
      this.#contenders = [];
      this.#results = 0;
      this.#sinceBest = 0;
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const [best] = this.#contenders;
    const isClimbing = best !== undefined && this.#results >= this.#warmUp;
    return (
      (isClimbing &&
        this.#neighbours.draw({ centre: best, promise: this.#neighbours.expected }, values, random)) ||
      this.#context.given.drawFromRest(values)
    );
  }
}
