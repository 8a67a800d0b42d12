// The one state that a compiler works on at a time, in dense arrays by place in the decision order, and its short spelling
// as a key: pairs of an open place and its domain, -1, pairs of a decided place and its value. Only those decided packages
// are kept that a later one may still ask for.
import { at } from '../space/at.ts';
import { has, unionInto } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';
import { decisionOrder } from './decision-order.ts';
import { DomainTable, EMPTY_DOMAIN } from './domain-table.ts';

/** Open packages that may lead to a common package that is still open. */
export interface PartGroup {
  /** Ascending. */
  places: readonly number[];
  /** Packages that they may lead to. */
  readonly reach: Uint32Array;
}

const NONE = -1;

export class StateScratch {
  /** What the last `write…` has written. */
  readonly key: Int32Array;
  readonly #model: Model;
  readonly #domains: DomainTable;
  readonly #places: readonly number[];
  readonly #packages: Int32Array;
  /** By place: whether it is in a cycle, and so may be asked for when it is decided. */
  readonly #isAskedLater: Uint8Array;
  readonly #open: Int32Array;
  readonly #decided: Int32Array;

  constructor(model: Model) {
    const count = model.packages.length;
    this.#model = model;
    this.#domains = new DomainTable(model);
    this.#places = decisionOrder(model);
    this.#packages = new Int32Array(count);
    this.#places.forEach((place, packageIndex) => {
      this.#packages[place] = packageIndex;
    });
    this.#isAskedLater = Uint8Array.from(this.#packages, (packageIndex) =>
      this.#packages.some((other) => this.#isCycle(packageIndex, other)) ? 1 : 0,
    );
    this.#open = new Int32Array(count).fill(NONE);
    this.#decided = new Int32Array(count).fill(NONE);
    this.key = new Int32Array(4 * count + 1);
  }

  packageAt(place: number): number {
    return this.#packages[place] as number;
  }

  /** The values that an open package has left. */
  openValues(place: number): readonly number[] {
    return this.#domains.values(this.#open[place] as number);
  }

  load(key: Int32Array): void {
    this.#open.fill(NONE);
    this.#decided.fill(NONE);
    let index = 0;
    for (; (key[index] as number) !== NONE; index += 2) {
      this.#open[key[index] as number] = key[index + 1] as number;
    }
    for (index += 1; index < key.length; index += 2) {
      this.#decided[key[index] as number] = key[index + 1] as number;
    }
  }

  /** Decides an open package and imposes what the value brings. False when something is not met. */
  decide(place: number, value: number, needs: readonly number[]): boolean {
    this.#open[place] = NONE;
    this.#decided[place] = value;
    for (const requirement of needs) {
      if (!this.impose(requirement)) {
        return false;
      }
    }
    if (this.#isAskedLater[place] === 0) {
      this.#decided[place] = NONE;
    }
    return true;
  }

  /** Adds a requirement. False when nothing meets it. */
  impose(requirement: number): boolean {
    const { target, allowed } = at(this.#model.requirements, requirement);
    const place = at(this.#places, target);
    const value = this.#decided[place] as number;
    if (value !== NONE) {
      return has(allowed, value);
    }
    const open = this.#open[place] as number;
    const next =
      open === NONE ? this.#domains.ofRequirement(requirement) : this.#domains.meet(open, requirement);
    this.#open[place] = next;
    return next !== EMPTY_DOMAIN;
  }

  /** Writes the key of the whole state, and gives its length. */
  writeState(): number {
    let length = 0;
    for (let place = 0; place < this.#open.length; place++) {
      const domain = this.#open[place] as number;
      if (domain !== NONE) {
        this.key[length++] = place;
        this.key[length++] = domain;
      }
    }
    this.key[length++] = NONE;
    for (let place = 0; place < this.#decided.length; place++) {
      const value = this.#decided[place] as number;
      if (value !== NONE && this.#isAsked(place)) {
        this.key[length++] = place;
        this.key[length++] = value;
      }
    }
    return length;
  }

  /** Writes the key of one part, and gives its length. */
  writePart({ places, reach }: PartGroup): number {
    let length = 0;
    for (const place of places) {
      this.key[length++] = place;
      this.key[length++] = this.#open[place] as number;
    }
    this.key[length++] = NONE;
    for (let place = 0; place < this.#decided.length; place++) {
      const value = this.#decided[place] as number;
      if (value !== NONE && has(reach, this.#packages[place] as number)) {
        this.key[length++] = place;
        this.key[length++] = value;
      }
    }
    return length;
  }

  /** The parts of the state, the one with the first open package first. */
  split(): readonly PartGroup[] {
    let groups: PartGroup[] = [];
    for (let place = 0; place < this.#open.length; place++) {
      const domain = this.#open[place] as number;
      if (domain === NONE) {
        continue;
      }
      const group: PartGroup = { places: [place], reach: this.#domains.reach(domain).slice() };
      const met = groups.filter((other) => this.#meet(other.reach, group.reach));
      if (met.length > 0) {
        groups = groups.filter((other) => !met.includes(other));
        group.places = [...met.flatMap((other) => other.places), place].toSorted((a, b) => a - b);
        met.forEach((other) => unionInto(group.reach, other.reach));
      }
      groups.push(group);
    }
    return groups.toSorted((a, b) => at(a.places, 0) - at(b.places, 0));
  }

  /** Whether two different packages lead to each other. */
  #isCycle(a: number, b: number): boolean {
    return a !== b && has(this.#domains.packageReach(a), b) && has(this.#domains.packageReach(b), a);
  }

  /** Whether an open package may still lead to a decided one. */
  #isAsked(place: number): boolean {
    const packageIndex = this.#packages[place] as number;
    return this.#open.some((domain) => domain !== NONE && has(this.#domains.reach(domain), packageIndex));
  }

  /** Whether two sets share a package that is not decided. */
  #meet(a: Uint32Array, b: Uint32Array): boolean {
    for (let index = 0; index < a.length; index++) {
      let word = (a[index] as number) & (b[index] as number);
      while (word !== 0) {
        const member = index * 32 + 31 - Math.clz32(word & -word);
        if (this.#decided[this.#places[member] as number] === NONE) {
          return true;
        }
        word &= word - 1;
      }
    }
    return false;
  }
}
