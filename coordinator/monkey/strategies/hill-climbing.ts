// Changes one package of the best stack so far, again and again; when many changes of it brought nothing, it starts anew from
// uniform draws. A stack that only looked fast is found out by its neighbours: each result moves the belief about it a little. Parameters: `warmUp`, uniform draws that are measured before each climb; `patience`, results without a better
// one that end a climb.
import type { Random } from '../../../shared/runtime/random.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { NeighbourDraws } from './neighbour-draws.ts';
import { numberParameter } from './parameters.ts';

// Part of the stream: how far a result of a neighbour moves what is believed of the best.
const DRIFT = 0.1;

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
  readonly #neighbours: NeighbourDraws;
  readonly #warmUp: number;
  readonly #patience: number;
  #best: { readonly values: Int32Array; readonly logRatio: number } | null = null;
  /** Results of this climb, and those of them since its best. */
  #results = 0;
  #sinceBest = 0;

  constructor(context: LearnerContext) {
    const { space, diagram, given, options } = context;
    this.#context = context;
    this.#neighbours = new NeighbourDraws(space, diagram, given);
    this.#warmUp = numberParameter(options.parameters, 'warmUp', 10);
    this.#patience = numberParameter(options.parameters, 'patience', 40);
  }

  observe(observations: readonly Observation[]): void {
    for (const { values, logRatio } of observations) {
      this.#results += 1;
      this.#sinceBest += 1;
      if (logRatio !== null && logRatio < (this.#best?.logRatio ?? Infinity)) {
        this.#best = { values, logRatio };
        this.#sinceBest = 0;
      } else if (logRatio !== null && this.#best !== null && this.#results > this.#warmUp) {
        const believed = this.#best.logRatio + DRIFT * (logRatio - this.#best.logRatio);
        this.#best = { values: this.#best.values, logRatio: believed };
      }
    }
    if (this.#sinceBest >= this.#patience) {
      this.#best = null;
      this.#results = 0;
      this.#sinceBest = 0;
    }
  }

  next(values: Int32Array, random: Random): boolean {
    const isClimbing = this.#best !== null && this.#results >= this.#warmUp;
    return (
      (isClimbing && this.#best !== null && this.#neighbours.draw(this.#best.values, values, random)) ||
      this.#context.given.drawFromRest(values)
    );
  }
}
