// Streams of strategies that learn from results: what they share of giving, being told and being resumed. A resumed stream
// is replayed from its seed and the log of what it was told, so a draw may depend on nothing else.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import { StackMaker } from '../stack-of.ts';
import { stackWith } from '../diagram/stack-with.ts';
import { compiled } from './compiled.ts';
import { readEmitted } from './emitted-cursor.ts';
import { GivenStacks } from './given-stacks.ts';
import type { ParameterForms } from './parameters.ts';
import type {
  ForeignResult,
  JsonValue,
  Provenance,
  StackResult,
  StackStream,
  Strategy,
  StreamOptions,
} from './strategy.ts';

export interface Observation {
  /** Of this stream; null: another one gave the stack. */
  readonly position: number | null;
  /** By package the chosen value, -1 for packages outside. */
  readonly values: Int32Array;
  readonly logRatio: number | null;
}

/** What a strategy that learns has to do. */
export interface Learner {
  /**
   * Writes a stack that was not given yet. False when there is none, or none that is worth an inspection. Leaves nothing behind
   * that later draws depend on, unless the strategy says that it is `isDrawnAgain`.
   * @param random new for every stack, so that it depends on the position alone
   */
  next(values: Int32Array, random: Random): boolean;
  observe(observations: readonly Observation[]): void;
  /** Decimal logarithm of the probability that one draw gives the last stack; null where it is not known. */
  readonly log10DrawProbability?: number | null;
  readonly finding?: JsonValue | undefined;
}

export interface LearnerContext {
  readonly space: StateSpace;
  /** Counts at least one stack. */
  readonly diagram: Diagram;
  readonly given: GivenStacks;
  readonly options: StreamOptions;
}

export interface LearningStrategy {
  readonly name: string;
  readonly description: string;
  readonly parameters?: ParameterForms;
  /** Whether results of stacks that others gave say nothing about its question. */
  readonly isOnlyOwn?: boolean;
  /** Whether draws depend on how those before were made, so that a stream that is taken up has to make them again. */
  readonly isDrawnAgain?: boolean;
  /** Not asked for a space without stacks. @throws TROOP-1908 */
  readonly makeLearner: (context: LearnerContext) => Learner;
}

export function learningStrategy({
  makeLearner,
  isOnlyOwn = false,
  isDrawnAgain = false,
  ...described
}: LearningStrategy): Strategy {
  return {
    ...described,
    learns: true,
    open: (space, options) => {
      const emitted = readEmitted(described.name, options.cursor);
      const diagram = compiled(space, options);
      const given = new GivenStacks(diagram, `${options.seed}/${described.name}`);
      const learner = diagram.count === 0n ? NOTHING : makeLearner({ space, diagram, given, options });
      const stream = new LearningStream(
        { name: described.name, isOnlyOwn, isDrawnAgain },
        { space, diagram, given, options },
        learner,
      );
      stream.replay(emitted);
      return stream;
    },
  };
}

const NOTHING: Learner = { next: () => false, observe: () => undefined };

interface StreamTraits {
  readonly name: string;
  readonly isOnlyOwn: boolean;
  readonly isDrawnAgain: boolean;
}

class LearningStream implements StackStream {
  readonly total: bigint;
  readonly #traits: StreamTraits;
  readonly #context: LearnerContext;
  readonly #learner: Learner;
  readonly #values: Int32Array;
  readonly #maker: StackMaker;
  #provenance: Provenance | null = null;

  constructor(traits: StreamTraits, context: LearnerContext, learner: Learner) {
    this.total = context.diagram.count;
    this.#traits = traits;
    this.#context = context;
    this.#learner = learner;
    this.#values = new Int32Array(context.diagram.packageCount);
    this.#maker = new StackMaker(context.space);
  }

  next(): Stack | null {
    return this.#advance() ? this.#maker.stack(this.#values) : null;
  }

  learn(results: readonly StackResult[], foreign: readonly ForeignResult[] = []): void {
    const observations = [
      ...this.#ownOf(results),
      ...(this.#traits.isOnlyOwn ? [] : this.#foreignOf(foreign)),
    ];
    if (observations.length > 0) {
      this.#learner.observe(observations);
    }
  }

  #ownOf(results: readonly StackResult[]): readonly Observation[] {
    const { given } = this.#context;
    return results.map(({ position, logRatio }) => {
      if (!Number.isSafeInteger(position) || position < 0 || position >= given.count) {
        throw new TroopError('TROOP-1917', { strategy: this.#traits.name, position, emitted: given.count });
      }
      return { position, values: given.valuesAt(position), logRatio };
    });
  }

  /** With the values of virtual packages as the diagram has them. */
  #foreignOf(results: readonly ForeignResult[]): readonly Observation[] {
    const { diagram } = this.#context;
    return results.flatMap(({ values: chosen, logRatio }) => {
      const values = stackWith(diagram, chosen);
      return values === null ? [] : [{ position: null, values, logRatio }];
    });
  }

  /** Gives the stacks of an earlier stream again, and is told what that was told. @throws TROOP-1917 */
  replay(emitted: number): void {
    for (const told of this.#context.options.learned ?? []) {
      this.#advanceTo(Math.min(told.emitted, emitted));
      this.learn(told.results);
    }
    this.#advanceTo(emitted);
  }

  get cursor(): JsonValue {
    return { emitted: this.#context.given.count };
  }

  get provenance(): Provenance | null {
    const isNumbered = this.#provenance !== null && !this.#traits.isDrawnAgain;
    const number = isNumbered ? this.#context.given.numbering.rank(this.#values) : null;
    return this.#provenance === null || number === null
      ? this.#provenance
      : { ...this.#provenance, number: number.toString() };
  }

  get finding(): JsonValue | undefined {
    return this.#learner.finding;
  }

  /** Writes the stack that an earlier stream gave here, if that is known. */
  #isKnown(position: number): boolean {
    const { given, options } = this.#context;
    const number = this.#traits.isDrawnAgain ? undefined : options.numbers?.get(options.seed)?.get(position);
    if (number !== undefined) given.numbering.unrank(BigInt(number), this.#values);
    return number !== undefined;
  }

  #isDrawn(position: number): boolean {
    const random = seededRandom(`${this.#context.options.seed}/${this.#traits.name}/${position}`);
    return this.#learner.next(this.#values, random);
  }

  #advanceTo(emitted: number): void {
    while (this.#context.given.count < emitted && this.#advance());
  }

  #advance(): boolean {
    const { given } = this.#context;
    const position = given.count;
    if (given.areAll || !(this.#isKnown(position) || this.#isDrawn(position))) {
      return false;
    }
    given.give(this.#values);
    this.#provenance = {
      strategy: this.#traits.name,
      index: position.toString(),
      log10DrawProbability: this.#learner.log10DrawProbability ?? null,
      isEstimate: false,
    };
    return true;
  }
}
