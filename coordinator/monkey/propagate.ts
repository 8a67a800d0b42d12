// Arc-consistency over a model, with a trail: every change can be undone in reverse order. Its fix-point does not depend
// on the order of work, which is what makes sampled streams reproducible for ever. Three rules, to the fix-point:
//   1. a requirement that no remaining value of its target meets rules out every value that brings it;
//   2. a required package with one value left imposes the requirements of that value;
//   3. a required virtual package narrows its base to its own values.
import { bitCount, lowestBit, wordsFor } from './space/bit-set.ts';
import { flattenModel, type FlatModel } from './flat-model.ts';
import type { Model } from './space/model.ts';
import { Trail } from './trail.ts';
import { WorkQueue } from './work-queue.ts';

const REQUIRED = 1;
const EXPANDED = 2;

export class Propagation {
  readonly flat: FlatModel;
  /**
   * All that can be undone: the words of the domains, then the flags of packages, then of each requirement whether it is dead.
   * Read only for callers.
   */
  readonly state: Uint32Array;
  /** Its first part: the remaining values of every package, one after the other. */
  readonly domains: Uint32Array;
  /** The package that ran out of values in the last failed call, or -1. */
  conflictPackage = -1;
  readonly #flagsFrom: number;
  readonly #deadFrom: number;
  readonly #watchedWord: Uint32Array;
  readonly #trail: Trail;
  readonly #changed: WorkQueue;

  constructor(model: Model) {
    this.flat = flattenModel(model);
    const { initial, packageCount, requirementCount } = this.flat;
    this.#flagsFrom = initial.length;
    this.#deadFrom = this.#flagsFrom + packageCount;
    this.#trail = new Trail(this.#deadFrom + requirementCount);
    this.state = this.#trail.state;
    this.state.set(initial);
    this.domains = this.state.subarray(0, this.#flagsFrom);
    this.#watchedWord = new Uint32Array(requirementCount);
    this.#changed = new WorkQueue(packageCount);
  }

  /** Makes the model consistent before any choice. False when no stack is left. */
  start(roots: readonly number[]): boolean {
    for (let index = 0; index < this.flat.packageCount; index++) {
      this.#changed.add(index);
    }
    for (const root of roots) {
      this.#impose(root);
    }
    return this.#run();
  }

  /** A place to come back to with `undoTo`. */
  mark(): number {
    return this.#trail.mark();
  }

  undoTo(mark: number): void {
    this.#trail.undoTo(mark);
    this.conflictPackage = -1;
  }

  /** What changed since a mark, to be had again by `replay` where the propagation is what it was then. */
  changesSince(mark: number): Int32Array {
    return this.#trail.changesSince(mark);
  }

  replay(changes: Int32Array): void {
    this.#trail.replay(changes);
  }

  isRequired(packageIndex: number): boolean {
    return ((this.state[this.#flagsFrom + packageIndex] as number) & REQUIRED) !== 0;
  }

  has(packageIndex: number, value: number): boolean {
    const word = this.domains[(this.flat.offsets[packageIndex] as number) + (value >>> 5)] as number;
    return ((word >>> (value & 31)) & 1) === 1;
  }

  /** Whether it is required and has one value, whose requirements are imposed. */
  isDecided(packageIndex: number): boolean {
    return ((this.state[this.#flagsFrom + packageIndex] as number) & EXPANDED) !== 0;
  }

  /** Where in the state the remaining values of a package are. */
  domainSlots(packageIndex: number): readonly number[] {
    const from = this.flat.offsets[packageIndex] as number;
    return Array.from(
      { length: (this.flat.offsets[packageIndex + 1] as number) - from },
      (_, word) => from + word,
    );
  }

  /** Where it says whether a package is required, and decided. */
  flagSlot(packageIndex: number): number {
    return this.#flagsFrom + packageIndex;
  }

  /** The first of some packages, from a place on, that is required and not decided, or -1. */
  firstOpen(packages: Int32Array, from: number): number {
    const { state } = this;
    const flagsFrom = this.#flagsFrom;
    for (let place = from; place < packages.length; place++) {
      const packageIndex = packages[place] as number;
      if (state[flagsFrom + packageIndex] === REQUIRED) {
        return packageIndex;
      }
    }
    return -1;
  }

  /** Writes the real packages that are required and not decided, ascending, and gives their number. */
  openPackages(into: Int32Array): number {
    const { bases } = this.flat;
    let length = 0;
    for (let index = 0; index < bases.length; index++) {
      if (this.state[this.#flagsFrom + index] === REQUIRED && bases[index] === index) {
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
      this.#trail.set(slot, (this.domains[slot] as number) & keep);
    }
    this.#changed.add(packageIndex);
    return this.#run();
  }

  /** Rules one value out. False when that leads to a conflict. */
  exclude(packageIndex: number, value: number): boolean {
    const slot = (this.flat.offsets[packageIndex] as number) + (value >>> 5);
    this.#trail.set(slot, (this.domains[slot] as number) & ~(1 << (value & 31)));
    this.#changed.add(packageIndex);
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
    for (let next = this.#changed.take(); next !== -1; next = this.#changed.take()) {
      if (!this.#visit(next)) {
        this.#changed.clear();
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
      let only = -1;
      let isSeveral = false;
      for (let slot = from; slot < to && !isSeveral; slot++) {
        const word = this.domains[slot] as number;
        isSeveral = word !== 0 && (only !== -1 || (word & (word - 1)) !== 0);
        only = word === 0 ? only : (slot - from) * 32 + lowestBit(word);
      }
      if (only === -1) {
        this.conflictPackage = packageIndex;
        return false;
      }
      if (!isSeveral) {
        this.#expand(packageIndex, only);
      }
      this.#narrowBase(packageIndex);
    }
    this.#checkRequirementsOn(packageIndex);
    return true;
  }

  #expand(packageIndex: number, value: number): void {
    if (this.isDecided(packageIndex)) {
      return;
    }
    this.#trail.set(this.#flagsFrom + packageIndex, REQUIRED | EXPANDED);
    const row = (this.flat.firstValue[packageIndex] as number) + value;
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
      const kept = old & (words[wordsFrom + slot - from] as number);
      if (kept !== (old | 0)) {
        this.#trail.set(slot, kept);
        isChanged = true;
      }
    }
    if (isChanged) {
      this.#changed.add(packageIndex);
    }
  }

  #checkRequirementsOn(packageIndex: number): void {
    const { runsFrom, runFrom, runHolder } = this.flat;
    const to = runsFrom[packageIndex + 1] as number;
    for (let run = runsFrom[packageIndex] as number; run < to; run++) {
      // What a decided package requires is imposed, and what else it might have required rules nothing out any more.
      const holder = runHolder[run] as number;
      if (holder === -1 || !this.isDecided(holder)) {
        this.#checkRequirements(packageIndex, runFrom[run] as number, runFrom[run + 1] as number);
      }
    }
  }

  #checkRequirements(target: number, from: number, to: number): void {
    const { incoming } = this.flat;
    for (let index = from; index < to; index++) {
      const requirement = incoming[index] as number;
      if (this.state[this.#deadFrom + requirement] === 0 && !this.#isSupported(requirement, target)) {
        this.#trail.set(this.#deadFrom + requirement, 1);
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
        const kept = old & ~(holderSets[set + word] as number);
        if (kept !== (old | 0)) {
          this.#trail.set(from + word, kept);
          isChanged = true;
        }
      }
      if (isChanged) {
        this.#changed.add(packageIndex);
      }
    }
  }

  #setRequired(packageIndex: number): void {
    if (!this.isRequired(packageIndex)) {
      this.#trail.set(this.#flagsFrom + packageIndex, REQUIRED);
      this.#changed.add(packageIndex);
    }
  }
}
