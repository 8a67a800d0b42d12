// Sets of values of one package as small numbers, and what a requirement leaves of a set by one look into a table.
import { at } from '../space/at.ts';
import { addTo, emptySet, intersection, isEmpty, membersOf, unionInto } from '../space/bit-set.ts';
import type { Model } from '../space/model.ts';
import { SequenceTable } from './sequence-table.ts';

/** The number of a set without values, of whatever package. */
export const EMPTY_DOMAIN = -1;

interface Domain {
  readonly packageIndex: number;
  readonly values: readonly number[];
  readonly set: Uint32Array;
  /** Packages that a choice from this domain may lead to, itself among them. */
  readonly reach: Uint32Array;
}

export class DomainTable {
  readonly #model: Model;
  readonly #reach: readonly Uint32Array[];
  readonly #table = new SequenceTable();
  readonly #domains: Domain[] = [];
  readonly #meets = new Map<number, number>();

  constructor(model: Model) {
    this.#model = model;
    this.#reach = reachOfPackages(model);
  }

  /** What a requirement leaves of a domain of its target. */
  meet(domain: number, requirement: number): number {
    const key = domain * this.#model.requirements.length + requirement;
    const known = this.#meets.get(key);
    if (known !== undefined) {
      return known;
    }
    const { packageIndex, set } = at(this.#domains, domain);
    const met = this.#intern(
      packageIndex,
      intersection(set, at(this.#model.requirements, requirement).allowed),
    );
    this.#meets.set(key, met);
    return met;
  }

  /** What a requirement allows of its target. */
  ofRequirement(requirement: number): number {
    const known = this.#meets.get(-1 - requirement);
    if (known !== undefined) {
      return known;
    }
    const { target, allowed } = at(this.#model.requirements, requirement);
    const domain = this.#intern(target, allowed);
    this.#meets.set(-1 - requirement, domain);
    return domain;
  }

  /** Packages that any value of a package may lead to, itself among them. */
  packageReach(packageIndex: number): Uint32Array {
    return at(this.#reach, packageIndex);
  }

  values(domain: number): readonly number[] {
    return at(this.#domains, domain).values;
  }

  reach(domain: number): Uint32Array {
    return at(this.#domains, domain).reach;
  }

  #intern(packageIndex: number, set: Uint32Array): number {
    if (isEmpty(set)) {
      return EMPTY_DOMAIN;
    }
    const items = new Int32Array(set.length + 1);
    items[0] = packageIndex;
    items.set(set, 1);
    const before = this.#table.size;
    const id = this.#table.intern(items, items.length);
    if (id === before) {
      this.#domains.push({
        packageIndex,
        values: membersOf(set),
        set: set.slice(),
        reach: this.#reachOf(packageIndex, set),
      });
    }
    return id;
  }

  #reachOf(packageIndex: number, set: Uint32Array): Uint32Array {
    const reach = emptySet(this.#model.packages.length);
    addTo(reach, packageIndex);
    for (const value of membersOf(set)) {
      for (const requirement of at(at(this.#model.packages, packageIndex).needs, value)) {
        unionInto(reach, at(this.#reach, at(this.#model.requirements, requirement).target));
      }
    }
    return reach;
  }
}

/** By package: the packages that any of its values may lead to, itself among them. */
function reachOfPackages(model: Model): readonly Uint32Array[] {
  const reach = model.packages.map((item, index) => {
    const set = emptySet(model.packages.length);
    addTo(set, index);
    for (const requirement of new Set(item.needs.flat())) {
      addTo(set, at(model.requirements, requirement).target);
    }
    return set;
  });
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const set of reach) {
      const before = set.slice();
      membersOf(before).forEach((member) => unionInto(set, at(reach, member)));
      isChanged ||= set.some((word, index) => word !== before[index]);
    }
  }
  return reach;
}
