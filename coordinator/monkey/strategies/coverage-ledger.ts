// What stacks have covered: versions by themselves, and groups of versions in pairs; with what can be covered at all.
import { PairMatrix } from '../diagram/pair-matrix.ts';
import { addTo, difference, emptySet, has, lowestBit, sizeOf } from '../space/bit-set.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { Covered } from './strategy.ts';
import type { VersionGroups } from './version-groups.ts';

export interface Gain {
  readonly versions: number;
  readonly pairs: number;
}

/** A version is worth as much as its pairs, which a new one brings anyway. */
export function isMore(a: Gain, b: Gain): boolean {
  return a.versions + a.pairs > b.versions + b.pairs;
}

export class CoverageLedger {
  readonly #groups: VersionGroups;
  /** By package: which of its values count, and which are covered. Real packages only. */
  readonly #reachable: readonly Uint32Array[];
  readonly #covered: readonly Uint32Array[];
  readonly #reachablePairs: PairMatrix;
  readonly #coveredPairs: PairMatrix;
  readonly #isReal: readonly boolean[];
  readonly #own: Int32Array;

  constructor(space: StateSpace, groups: VersionGroups, reachablePairs: PairMatrix) {
    const { packages } = space.model;
    this.#groups = groups;
    this.#isReal = packages.map(({ extra }) => extra === null);
    this.#reachable = packages.map(({ size }) => emptySet(size));
    this.#covered = packages.map(({ size }) => emptySet(size));
    this.#reachablePairs = reachablePairs;
    this.#coveredPairs = new PairMatrix(groups.count);
    this.#own = new Int32Array(packages.length);
  }

  get versions(): Covered {
    return { covered: total(this.#covered), reachable: total(this.#reachable) };
  }

  get pairs(): Covered {
    return { covered: this.#coveredPairs.pairs, reachable: this.#reachablePairs.pairs };
  }

  isCovered(packageIndex: number, value: number): boolean {
    return has(at(this.#covered, packageIndex), value);
  }

  markReachable(packageIndex: number, value: number): void {
    addTo(at(this.#reachable, packageIndex), value);
  }

  /** All that a stack has can be covered: for spaces of which only samples are known. */
  markReachableBy(values: Int32Array): void {
    this.#each(values, (packageIndex, value) => this.markReachable(packageIndex, value));
    this.#eachPair(values, (a, b) => this.#reachablePairs.add(a, b));
  }

  cover(values: Int32Array): void {
    this.#each(values, (packageIndex, value) => addTo(at(this.#covered, packageIndex), value));
    this.#eachPair(values, (a, b) => this.#coveredPairs.add(a, b));
  }

  /** What a stack would cover that is not. */
  gainOf(values: Int32Array): Gain {
    let versions = 0;
    let pairs = 0;
    this.#each(values, (packageIndex, value) => (versions += this.isCovered(packageIndex, value) ? 0 : 1));
    const count = this.#groupsOf(values);
    for (let first = 0; first < count; first++) {
      const row = at(this.#coveredPairs.rows, this.#own[first] as number);
      for (let second = first + 1; second < count; second++) {
        pairs += has(row, this.#own[second] as number) ? 0 : 1;
      }
    }
    return { versions, pairs };
  }

  /** The first version that is not covered, or null. */
  openVersion(): { readonly packageIndex: number; readonly value: number } | null {
    for (const [packageIndex, reachable] of this.#reachable.entries()) {
      const value = firstOf(difference(reachable, at(this.#covered, packageIndex)));
      if (value !== -1) {
        return { packageIndex, value };
      }
    }
    return null;
  }

  /** The first pair of groups that is not covered, or null. */
  openPair(): readonly [number, number] | null {
    for (const [group, reachable] of this.#reachablePairs.rows.entries()) {
      const other = firstOf(difference(reachable, at(this.#coveredPairs.rows, group)));
      if (other !== -1) {
        return [group, other];
      }
    }
    return null;
  }

  /** Begins anew, as if nothing were covered. */
  clear(): void {
    this.#covered.forEach((set) => set.fill(0));
    this.#coveredPairs.clear();
  }

  /** Gives something up that no new stack can cover. */
  giveUpVersion(packageIndex: number, value: number): void {
    addTo(at(this.#covered, packageIndex), value);
  }

  giveUpPair(a: number, b: number): void {
    this.#coveredPairs.add(a, b);
  }

  #each(values: Int32Array, visit: (packageIndex: number, value: number) => void): void {
    values.forEach((value, packageIndex) => {
      if (value !== -1 && this.#isReal[packageIndex] === true) {
        visit(packageIndex, value);
      }
    });
  }

  #eachPair(values: Int32Array, visit: (a: number, b: number) => void): void {
    const count = this.#groupsOf(values);
    for (let first = 0; first < count; first++) {
      for (let second = first + 1; second < count; second++) {
        visit(this.#own[first] as number, this.#own[second] as number);
      }
    }
  }

  /** Writes the groups of a stack, and gives their number. */
  #groupsOf(values: Int32Array): number {
    let count = 0;
    this.#each(values, (packageIndex, value) => {
      const group = at(this.#groups.groupOf, packageIndex)[value] as number;
      if (group !== -1) {
        this.#own[count] = group;
        count += 1;
      }
    });
    return count;
  }
}

function firstOf(set: Uint32Array): number {
  const index = set.findIndex((word) => word !== 0);
  return index === -1 ? -1 : index * 32 + lowestBit(set[index] as number);
}

function total(sets: readonly Uint32Array[]): number {
  return sets.reduce((sum, set) => sum + sizeOf(set), 0);
}
