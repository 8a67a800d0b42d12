// Distinct stacks out of independent draws. When draws bring nothing new for long, the stacks that are left are given in the
// order of their numbers, so that a small space is given completely and ends.
import type { Random } from '../../../shared/runtime/random.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { StackNumbering } from '../diagram/numbering.ts';
import { stackHash } from './stack-hash.ts';

/** How a strategy draws. */
export interface DrawPlan {
  readonly draw: Draw;
  /** Turns until every kind of stack that the strategy tells apart has had one. */
  readonly round: number;
  /** Decimal logarithm of the probability that a draw gives these values; null where it is not known. */
  readonly log10Probability: (values: Int32Array) => number | null;
}

/** Draws one stack into the values; how, is the matter of a strategy. A turn is repeated while it brings nothing new, for a while. */
export type Draw = (random: Random, values: Int32Array, turn: number) => void;

// Part of the stream: changing it changes what an old seed gives.
const MAX_REPEATS_OF_A_TURN = 32;
const MAX_ROUNDS_WITHOUT_NEWS = 8;

export class DistinctDraws {
  readonly #diagram: Diagram;
  readonly #plan: DrawPlan;
  readonly #random: Random;
  readonly #seen = new Set<number>();
  #turn = 0;
  #repeats = 0;
  #numbering: StackNumbering | null = null;
  #nextNumber = 0n;

  constructor(diagram: Diagram, random: Random, plan: DrawPlan) {
    this.#diagram = diagram;
    this.#random = random;
    this.#plan = plan;
  }

  /** Whether draws have ended and what is left is listed. */
  get isSweeping(): boolean {
    return this.#numbering !== null;
  }

  /** Writes the next stack into the values. False when all were given. */
  next(values: Int32Array): boolean {
    const { count } = this.#diagram;
    if (BigInt(this.#seen.size) >= count) {
      return false;
    }
    const patience = MAX_REPEATS_OF_A_TURN * MAX_ROUNDS_WITHOUT_NEWS * this.#plan.round;
    while (this.#repeats < patience) {
      this.#plan.draw(this.#random, values, this.#turn);
      if (this.#isNew(values)) {
        this.#turn += 1;
        this.#repeats = 0;
        return true;
      }
      this.#repeats += 1;
      if (this.#repeats % MAX_REPEATS_OF_A_TURN === 0) {
        this.#turn += 1;
      }
    }
    this.#numbering ??= new StackNumbering(this.#diagram);
    while (this.#nextNumber < count) {
      this.#numbering.unrank(this.#nextNumber, values);
      this.#nextNumber += 1n;
      if (this.#isNew(values)) {
        return true;
      }
    }
    return false;
  }

  #isNew(values: Int32Array): boolean {
    const before = this.#seen.size;
    this.#seen.add(stackHash(values));
    return this.#seen.size > before;
  }
}
