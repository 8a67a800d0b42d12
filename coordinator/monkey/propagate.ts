// Arc-consistency over a model, with a trail: every change can be undone in reverse order. Its fix-point does not depend
// on the order of work, which is what makes sampled streams reproducible for ever. Three rules, to the fix-point:
//   1. a requirement that no remaining value of its target meets rules out every value that brings it;
//   2. a required package with one value left imposes the requirements of that value;
//   3. a required virtual package narrows its base to its own values.
import { bitCount, lowestBit, wordsFor } from './space/bit-set.ts';
import { flattenModel, type FlatModel } from './flat-model.ts';
import type { Model } from './space/model.ts';

const REQUIRED = 1;
const EXPANDED = 2;

export class Propagation {
  readonly flat: FlatModel;
  /** The remaining values of every package, one after the other. Read only for callers. */
  readonly domains: Uint32Array;
  /** The package that ran out of values in the last failed call, or -1. */
  conflictPackage = -1;
  readonly #packageFlags: Uint8Array;
  readonly #isDead: Uint8Array;
  readonly #watchedWord: Uint32Array;
  /** Pairs of a slot and its old content: words of domains first, then flags of packages, then requirements. */
  #trail = new Int32Array(4096);
  #trailLength = 0;
  readonly #queue: Int32Array;
  readonly #isQueued: Uint8Array;
  #queueLength = 0;

  constructor(model: Model) {
    this.flat = flattenModel(model);
    this.domains = this.flat.initial.slice();
    this.#packageFlags = new Uint8Array(this.flat.packageCount);
    this.#isDead = new Uint8Array(this.flat.requirementCount);
    this.#watchedWord = new Uint32Array(this.flat.requirementCount);
    this.#queue = new Int32Array(this.flat.packageCount);
    this.#isQueued = new Uint8Array(this.flat.packageCount);
  }

  /** Makes the model consistent before any choice. False when no stack is left. */
  start(roots: readonly number[]): boolean {
    for (let index = 0; index < this.flat.packageCount; index++) {
      this.#enqueue(index);
    }
    for (const root of roots) {
      this.#impose(root);
    }
    return this.#run();
  }

  /** A place to come back to with `undoTo`. */
  mark(): number {
    return this.#trailLength;
  }

  undoTo(mark: number): void {
    const { domains } = this;
    const flagsFrom = domains.length;
    const requirementsFrom = flagsFrom + this.#packageFlags.length;
    while (this.#trailLength > mark) {
      this.#trailLength -= 2;
      const slot = this.#trail[this.#trailLength] as number;
      const old = this.#trail[this.#trailLength + 1] as number;
      if (slot < flagsFrom) {
        domains[slot] = old;
      } else if (slot < requirementsFrom) {
        this.#packageFlags[slot - flagsFrom] = old;
      } else {
        this.#isDead[slot - requirementsFrom] = old;
      }
    }
    this.conflictPackage = -1;
  }

  isRequired(packageIndex: number): boolean {
    return ((this.#packageFlags[packageIndex] as number) & REQUIRED) !== 0;
  }

  has(packageIndex: number, value: number): boolean {
    const word = this.domains[(this.flat.offsets[packageIndex] as number) + (value >>> 5)] as number;
    return ((word >>> (value & 31)) & 1) === 1;
  }

  /** Whether it is required and has one value, whose requirements are imposed. */
  isDecided(packageIndex: number): boolean {
    return ((this.#packageFlags[packageIndex] as number) & EXPANDED) !== 0;
  }

  /** Writes the real packages that are required and not decided, ascending, and gives their number. */
  openPackages(into: Int32Array): number {
    const { bases } = this.flat;
    const flags = this.#packageFlags;
    let length = 0;
    for (let index = 0; index < flags.length; index++) {
      if (flags[index] === REQUIRED && bases[index] === index) {
        into[length] = index;
        length += 1;
      }
    }
    return length;
  }

  /** Number of values left. */
  count(packageIndex: number): number {
    const from = this.flat.offsets[packageIndex] as number;
    const to = this.flat.offsets[packageIndex + 1] as number;
    let count = 0;
    for (let slot = from; slot < to; slot++) {
      count += bitCount(this.domains[slot] as number);
    }
    return count;
  }

  /** The `position`th smallest remaining value, or -1. */
  valueAt(packageIndex: number, position: number): number {
    const from = this.flat.offsets[packageIndex] as number;
    const to = this.flat.offsets[packageIndex + 1] as number;
    let before = 0;
    for (let slot = from; slot < to; slot++) {
      let word = this.domains[slot] as number;
      const inWord = bitCount(word);
      if (before + inWord > position) {
        for (let skip = position - before; skip > 0; skip--) {
          word &= word - 1;
        }
        return (slot - from) * 32 + lowestBit(word);
      }
      before += inWord;
    }
    return -1;
  }

  /** Chooses a value of a required package. False when that leads to a conflict; undo to a mark then. */
  assign(packageIndex: number, value: number): boolean {
    const from = this.flat.offsets[packageIndex] as number;
    const to = this.flat.offsets[packageIndex + 1] as number;
    for (let slot = from; slot < to; slot++) {
      const keep = slot - from === value >>> 5 ? 1 << (value & 31) : 0;
      this.#setWord(slot, ((this.domains[slot] as number) & keep) >>> 0);
    }
    this.#enqueue(packageIndex);
    return this.#run();
  }

  /** Rules one value out. False when that leads to a conflict. */
  exclude(packageIndex: number, value: number): boolean {
    const slot = (this.flat.offsets[packageIndex] as number) + (value >>> 5);
    this.#setWord(slot, ((this.domains[slot] as number) & ~(1 << (value & 31))) >>> 0);
    this.#enqueue(packageIndex);
    return this.#run();
  }

  /** Makes a package required and narrows it to the given values. False when that leads to a conflict. */
  requireWithin(packageIndex: number, allowed: Uint32Array): boolean {
    this.#narrowTo(packageIndex, allowed, 0);
    this.#setRequired(packageIndex);
    return this.#run();
  }

  /** A copy of the remaining values of one package. */
  domainOf(packageIndex: number): Uint32Array {
    return this.domains.slice(this.flat.offsets[packageIndex], this.flat.offsets[packageIndex + 1]);
  }

  #run(): boolean {
    while (this.#queueLength > 0) {
      this.#queueLength -= 1;
      const packageIndex = this.#queue[this.#queueLength] as number;
      this.#isQueued[packageIndex] = 0;
      if (!this.#visit(packageIndex)) {
        this.#clearQueue();
        return false;
      }
    }
    return true;
  }

  #visit(packageIndex: number): boolean {
    if (this.isRequired(packageIndex)) {
      const from = this.flat.offsets[packageIndex] as number;
      const to = this.flat.offsets[packageIndex + 1] as number;
      // Zero, one or several values: most packages have several in their first words.
      let found = 0;
      let isSeveral = false;
      for (let slot = from; slot < to && !isSeveral; slot++) {
        const word = this.domains[slot] as number;
        isSeveral = word !== 0 && (found !== 0 || (word & (word - 1)) !== 0);
        found |= word;
      }
      if (found === 0) {
        this.conflictPackage = packageIndex;
        return false;
      }
      if (!isSeveral) {
        this.#expand(packageIndex);
      }
      this.#narrowBase(packageIndex);
    }
    this.#checkRequirementsOn(packageIndex);
    return true;
  }

  #expand(packageIndex: number): void {
    const flags = this.#packageFlags[packageIndex] as number;
    if ((flags & EXPANDED) !== 0) {
      return;
    }
    this.#setFlags(packageIndex, flags | EXPANDED);
    const row = (this.flat.firstValue[packageIndex] as number) + this.valueAt(packageIndex, 0);
    const to = this.flat.needsFrom[row + 1] as number;
    for (let index = this.flat.needsFrom[row] as number; index < to; index++) {
      this.#impose(this.flat.needs[index] as number);
    }
  }

  #narrowBase(packageIndex: number): void {
    const base = this.flat.bases[packageIndex] as number;
    if (base !== packageIndex) {
      this.#narrowTo(base, this.domains, this.flat.offsets[packageIndex] as number);
      this.#setRequired(base);
    }
  }

  #impose(requirement: number): void {
    const target = this.flat.targets[requirement] as number;
    this.#narrowTo(target, this.flat.allowed, this.flat.allowedFrom[requirement] as number);
    this.#setRequired(target);
  }

  #narrowTo(packageIndex: number, words: Uint32Array, wordsFrom: number): void {
    const from = this.flat.offsets[packageIndex] as number;
    const to = this.flat.offsets[packageIndex + 1] as number;
    let isChanged = false;
    for (let slot = from; slot < to; slot++) {
      const old = this.domains[slot] as number;
      const next = (old & (words[wordsFrom + slot - from] as number)) >>> 0;
      if (next !== old) {
        this.#setWord(slot, next);
        isChanged = true;
      }
    }
    if (isChanged) {
      this.#enqueue(packageIndex);
    }
  }

  #checkRequirementsOn(packageIndex: number): void {
    const { incoming, incomingFrom } = this.flat;
    const to = incomingFrom[packageIndex + 1] as number;
    for (let index = incomingFrom[packageIndex] as number; index < to; index++) {
      const requirement = incoming[index] as number;
      if (this.#isDead[requirement] === 0 && !this.#isSupported(requirement, packageIndex)) {
        this.#remember(this.domains.length + this.#packageFlags.length + requirement, 0);
        this.#isDead[requirement] = 1;
        this.#dropHolders(requirement);
      }
    }
  }

  /** Looks first at the word where it found support the last time. */
  #isSupported(requirement: number, target: number): boolean {
    const domain = this.flat.offsets[target] as number;
    const allowed = this.flat.allowedFrom[requirement] as number;
    const watched = this.#watchedWord[requirement] as number;
    if (
      ((this.domains[domain + watched] as number) & (this.flat.allowed[allowed + watched] as number)) !==
      0
    ) {
      return true;
    }
    const words = (this.flat.offsets[target + 1] as number) - domain;
    for (let word = 0; word < words; word++) {
      if (((this.domains[domain + word] as number) & (this.flat.allowed[allowed + word] as number)) !== 0) {
        this.#watchedWord[requirement] = word;
        return true;
      }
    }
    return false;
  }

  #dropHolders(requirement: number): void {
    const { holderFrom, holderPackages, holderSets, holderSetsFrom } = this.flat;
    const to = holderFrom[requirement + 1] as number;
    for (let index = holderFrom[requirement] as number; index < to; index++) {
      const packageIndex = holderPackages[index] as number;
      const set = holderSetsFrom[index] as number;
      const from = this.flat.offsets[packageIndex] as number;
      const words = wordsFor(this.flat.sizes[packageIndex] as number);
      let isChanged = false;
      for (let word = 0; word < words; word++) {
        const old = this.domains[from + word] as number;
        const next = (old & ~(holderSets[set + word] as number)) >>> 0;
        if (next !== old) {
          this.#setWord(from + word, next);
          isChanged = true;
        }
      }
      if (isChanged) {
        this.#enqueue(packageIndex);
      }
    }
  }

  #setRequired(packageIndex: number): void {
    const flags = this.#packageFlags[packageIndex] as number;
    if ((flags & REQUIRED) === 0) {
      this.#setFlags(packageIndex, flags | REQUIRED);
      this.#enqueue(packageIndex);
    }
  }

  #setFlags(packageIndex: number, flags: number): void {
    this.#remember(this.domains.length + packageIndex, this.#packageFlags[packageIndex] as number);
    this.#packageFlags[packageIndex] = flags;
  }

  #setWord(slot: number, next: number): void {
    const old = this.domains[slot] as number;
    if (old !== next) {
      this.#remember(slot, old);
      this.domains[slot] = next;
    }
  }

  #remember(slot: number, old: number): void {
    if (this.#trailLength + 2 > this.#trail.length) {
      const larger = new Int32Array(this.#trail.length * 2);
      larger.set(this.#trail);
      this.#trail = larger;
    }
    this.#trail[this.#trailLength] = slot;
    this.#trail[this.#trailLength + 1] = old;
    this.#trailLength += 2;
  }

  #enqueue(packageIndex: number): void {
    if (this.#isQueued[packageIndex] === 0) {
      this.#isQueued[packageIndex] = 1;
      this.#queue[this.#queueLength] = packageIndex;
      this.#queueLength += 1;
    }
  }

  #clearQueue(): void {
    while (this.#queueLength > 0) {
      this.#queueLength -= 1;
      this.#isQueued[this.#queue[this.#queueLength] as number] = 0;
    }
  }
}
