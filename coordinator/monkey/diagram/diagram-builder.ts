// Collects the nodes of a diagram in growing arrays, children before parents, and counts as it goes.
import type { Diagram } from './diagram.ts';
import { withoutOrphans } from './without-orphans.ts';

/** Candidates that lead to the same children. */
export interface EdgeDraft {
  readonly children: Int32Array;
  readonly candidates: number[];
}

export class DiagramBuilder {
  readonly #nodePackages = new IntList();
  readonly #firstEdge = new IntList();
  readonly #firstCandidate = new IntList();
  readonly #candidates = new IntList();
  readonly #firstChild = new IntList();
  readonly #children = new IntList();
  readonly #counts: bigint[] = [];

  constructor() {
    this.#firstEdge.push(0);
    this.#firstCandidate.push(0);
    this.#firstChild.push(0);
  }

  get nodeCount(): number {
    return this.#counts.length;
  }

  /** Numbers of all kinds that it holds: what its memory goes with. */
  get size(): number {
    return this.#candidates.length + this.#children.length + this.#firstEdge.length;
  }

  /** The number of the new node. */
  addNode(packageIndex: number, edges: readonly EdgeDraft[]): number {
    let count = 0n;
    for (const { children, candidates } of edges) {
      candidates.toSorted((a, b) => a - b).forEach((candidate) => this.#candidates.push(candidate));
      children.forEach((child) => this.#children.push(child));
      this.#firstCandidate.push(this.#candidates.length);
      this.#firstChild.push(this.#children.length);
      count += BigInt(candidates.length) * this.product(children);
    }
    this.#nodePackages.push(packageIndex);
    this.#firstEdge.push(this.#firstChild.length - 1);
    return this.#counts.push(count) - 1;
  }

  product(children: Int32Array): bigint {
    let product = 1n;
    for (const child of children) {
      product *= this.#counts[child] as bigint;
    }
    return product;
  }

  /** Without the nodes that the roots do not lead to. */
  build(representatives: readonly (Int32Array | null)[], roots: Int32Array): Diagram {
    return withoutOrphans({
      packageCount: representatives.length,
      representatives,
      nodePackages: this.#nodePackages.toArray(),
      firstEdge: this.#firstEdge.toArray(),
      firstCandidate: this.#firstCandidate.toArray(),
      candidates: this.#candidates.toArray(),
      firstChild: this.#firstChild.toArray(),
      children: this.#children.toArray(),
      roots,
      counts: this.#counts,
      count: this.product(roots),
    });
  }
}

class IntList {
  #items = new Int32Array(256);
  length = 0;

  push(item: number): void {
    if (this.length === this.#items.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.length] = item;
    this.length += 1;
  }

  toArray(): Int32Array {
    return this.#items.slice(0, this.length);
  }
}
