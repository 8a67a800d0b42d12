// How a walk weighs what is left of a package depends on little: on what is left of the package itself and of those that it asks
// for. Walks meet the same again and again, so weighings are kept. What is kept is what would be computed again: no walk
// depends on it. It lies close together, since looking it up must not cost what it saves.
import type { Propagation } from '../propagate.ts';
import { at } from '../space/at.ts';
import type { Proposal } from './proposal.ts';
import type { WalkModel } from './walk-model.ts';

/** Numbers that are kept of a package at most. A matter of speed and memory alone. */
const MAX_KEPT_NUMBERS = 2 ** 14;

interface Kept {
  /** The slots of the propagation's state that the weighing depends on. */
  readonly slots: Int32Array;
  /** 32 less the number of bits of a place. */
  readonly shift: number;
  /** By place: the contents of those slots, all zero where nothing is kept; and the weighing. */
  readonly keys: Uint32Array;
  readonly numbers: Float64Array;
}

export class Weighings {
  /** Where the last weighing is, and where it begins: by proposal the sum of the weights, and the weights in ascending order of classes. */
  numbers: Float64Array;
  from = 0;
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  readonly #proposals: readonly Proposal[];
  readonly #scratch: Float64Array;
  /** By package; null where weighing costs no more than looking it up, undefined until it is asked for. */
  readonly #kept: (Kept | null | undefined)[];

  constructor(walk: WalkModel, propagation: Propagation, proposals: readonly Proposal[]) {
    this.#walk = walk;
    this.#propagation = propagation;
    this.#proposals = proposals;
    const widest = Math.max(0, ...walk.model.packages.map(({ size }) => size));
    this.#scratch = new Float64Array(proposals.length * (widest + 1));
    this.numbers = this.#scratch;
    this.#kept = walk.model.packages.map(() => undefined);
  }

  /** Numbers from the sum of one proposal to that of the next. */
  step(packageIndex: number): number {
    return (this.#propagation.flat.sizes[packageIndex] as number) + 1;
  }

  /**
   * Weighs what is left of a real package.
   * @param banned classes that get no weight
   */
  weigh(packageIndex: number, banned: readonly number[]): void {
    const kept = this.#kept[packageIndex] ?? this.#open(packageIndex);
    if (kept === null || banned.length > 0) {
      this.numbers = this.#scratch;
      this.from = 0;
      this.#compute(packageIndex, banned);
      return;
    }
    const place = this.#placeOf(kept);
    this.numbers = kept.numbers;
    this.from = place * this.#proposals.length * this.step(packageIndex);
    if (!this.#holds(kept, place)) {
      this.#compute(packageIndex, banned);
    }
  }

  #compute(packageIndex: number, banned: readonly number[]): void {
    const step = this.step(packageIndex);
    for (let index = 0; index < this.#proposals.length; index++) {
      (this.#proposals[index] as Proposal).weigh(
        packageIndex,
        banned,
        this.numbers,
        this.from + index * step,
      );
    }
  }

  #placeOf({ slots, shift }: Kept): number {
    const { state } = this.#propagation;
    let hash = 0;
    for (let index = 0; index < slots.length; index++) {
      hash = Math.imul(hash ^ (state[slots[index] as number] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return Math.imul(hash, 0x9e3779b1) >>> shift;
  }

  /** Whether what is kept at a place was computed from what the state holds now; if not, notes that it will be. */
  #holds({ slots, keys }: Kept, place: number): boolean {
    const { state } = this.#propagation;
    const from = place * slots.length;
    let isSame = true;
    for (let index = 0; index < slots.length; index++) {
      const content = state[slots[index] as number] as number;
      if (keys[from + index] !== content) {
        keys[from + index] = content;
        isSame = false;
      }
    }
    return isSame;
  }

  #open(packageIndex: number): Kept | null {
    if (this.#kept[packageIndex] === undefined) {
      const looksAhead = this.#proposals.some((proposal) => proposal.looksAhead(packageIndex));
      this.#kept[packageIndex] = looksAhead ? this.#emptyKept(packageIndex) : null;
    }
    return this.#kept[packageIndex] ?? null;
  }

  #emptyKept(packageIndex: number): Kept {
    const slots = this.#slotsOf(packageIndex);
    const entry = this.#proposals.length * this.step(packageIndex);
    const bits = Math.max(1, Math.floor(Math.log2(MAX_KEPT_NUMBERS / Math.max(entry, slots.length))));
    return {
      slots,
      shift: 32 - bits,
      keys: new Uint32Array(2 ** bits * slots.length),
      numbers: new Float64Array(2 ** bits * entry),
    };
  }

  /** What is left of it and of all that its classes ask for; and of those that a stack may lack, whether they are required. */
  #slotsOf(packageIndex: number): Int32Array {
    const { model, extras, isRequired } = this.#walk;
    const own = [packageIndex, ...at(extras, packageIndex)];
    const needs = new Set(own.flatMap((index) => at(model.packages, index).needs.flat()));
    const targets = [...needs].map((requirement) => at(model.requirements, requirement).target);
    const flags = [...own, ...targets].filter((index) => !at(isRequired, index));
    return Int32Array.from(
      new Set([
        ...[packageIndex, ...targets].flatMap((index) => this.#propagation.domainSlots(index)),
        ...flags.map((index) => this.#propagation.flagSlot(index)),
      ]),
    );
  }
}
