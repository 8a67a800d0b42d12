// Which groups of candidates occur together in some stack: exact, without looking at stacks. Two candidates of one stack are
// either chosen one below the other, or in two parts of the rest of one edge, so every pair is met at an edge.
import { has, membersOf, setKey, unionInto, emptySet, addTo } from '../space/bit-set.ts';
import { at } from '../space/at.ts';
import type { Diagram } from './diagram.ts';
import { PairMatrix } from './pair-matrix.ts';

/** @param groupOf of a candidate of a real package its group, -1 for none; groups of different packages differ */
export function reachablePairs(
  diagram: Diagram,
  groups: number,
  groupOf: (packageIndex: number, value: number) => number,
): PairMatrix {
  return new PairSearch(diagram, groups, groupOf).run();
}

class PairSearch {
  readonly #diagram: Diagram;
  readonly #groups: number;
  readonly #groupOf: (packageIndex: number, value: number) => number;
  readonly #pairs: PairMatrix;
  /** Sets of groups, each once. */
  readonly #sets: Uint32Array[] = [];
  readonly #setIds = new Map<string, number>();
  /** By node: the set of what its part may have. */
  readonly #setOfNode: number[] = [];
  /** By list of sets of independent parts: their union; its pairs are entered. */
  readonly #unions = new Map<string, number>();
  readonly #crossed = new Set<number>();
  readonly #entered = new Set<number>();

  constructor(diagram: Diagram, groups: number, groupOf: (packageIndex: number, value: number) => number) {
    this.#diagram = diagram;
    this.#groups = groups;
    this.#groupOf = groupOf;
    this.#pairs = new PairMatrix(groups);
  }

  run(): PairMatrix {
    if (this.#diagram.count === 0n) {
      return this.#pairs;
    }
    this.#diagram.nodePackages.forEach((_, node) => this.#setOfNode.push(this.#visit(node)));
    this.#together(this.#diagram.roots);
    this.#mirror();
    return this.#pairs;
  }

  #visit(node: number): number {
    const { firstEdge, firstCandidate, candidates, firstChild, children, nodePackages } = this.#diagram;
    const packageIndex = nodePackages[node] as number;
    const isReal = this.#diagram.representatives[packageIndex] === null;
    const all = emptySet(this.#groups);
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const below = this.#together(children.subarray(firstChild[edge], firstChild[edge + 1]));
      unionInto(all, at(this.#sets, below));
      const end = firstCandidate[edge + 1] as number;
      for (let index = firstCandidate[edge] as number; isReal && index < end; index++) {
        const group = this.#groupOf(packageIndex, candidates[index] as number);
        if (group !== -1) {
          addTo(all, group);
          this.#enter(group, below);
        }
      }
    }
    return this.#intern(all);
  }

  /** The union of independent parts; what one has meets all that the others have. */
  #together(nodes: Int32Array): number {
    const sets = [...new Set(Array.from(nodes, (node) => at(this.#setOfNode, node)))].toSorted(
      (a, b) => a - b,
    );
    const key = sets.join(' ');
    const known = this.#unions.get(key);
    if (known !== undefined) {
      return known;
    }
    const all = emptySet(this.#groups);
    sets.forEach((set, index) => {
      unionInto(all, at(this.#sets, set));
      sets.slice(index + 1).forEach((other) => this.#cross(set, other));
    });
    const union = this.#intern(all);
    this.#unions.set(key, union);
    return union;
  }

  #cross(a: number, b: number): void {
    const key = a * 2 ** 26 + b;
    if (!this.#crossed.has(key)) {
      this.#crossed.add(key);
      membersOf(at(this.#sets, a)).forEach((group) => this.#enter(group, b));
    }
  }

  #enter(group: number, set: number): void {
    const key = group * 2 ** 26 + set;
    if (!this.#entered.has(key)) {
      this.#entered.add(key);
      unionInto(at(this.#pairs.rows, group), at(this.#sets, set));
    }
  }

  #mirror(): void {
    this.#pairs.rows.forEach((row, a) => {
      for (const b of membersOf(row)) {
        if (!has(at(this.#pairs.rows, b), a)) {
          addTo(at(this.#pairs.rows, b), a);
        }
      }
    });
  }

  #intern(set: Uint32Array): number {
    const key = setKey(set);
    const id = this.#setIds.get(key) ?? this.#sets.length;
    if (id === this.#sets.length) {
      this.#setIds.set(key, id);
      this.#sets.push(set);
    }
    return id;
  }
}
