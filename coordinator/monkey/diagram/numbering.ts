// Numbers the stacks of a diagram from 0 on: a bijection in both directions, without listing any. The order is lexicographic
// in the decisions of the diagram, newest candidates first.
import { at } from '../space/at.ts';
import { stacksPerCandidate, type Diagram } from './diagram.ts';

/** Candidates that follow one another in a node and lead to the same rest. */
interface Run {
  readonly edge: number;
  /** Position of its first candidate among the sorted candidates of the node. */
  readonly first: number;
  /** Stacks of the node before it. */
  readonly before: bigint;
}

interface NumberedNode {
  /** Ascending, which is newest first. */
  readonly candidates: Int32Array;
  readonly runs: readonly Run[];
}

/** In the place of an edge: the parts of the whole space. */
const ROOTS = -1;
/** Counts up to here are exact as doubles, and much faster. */
const MAX_SMALL = BigInt(Number.MAX_SAFE_INTEGER);

export class StackNumbering {
  readonly #diagram: Diagram;
  readonly #nodes: readonly NumberedNode[];
  /** By edge: stacks that each of its candidates begins. */
  readonly #each: readonly bigint[];
  /** The same as doubles, where all of a node is small; NaN elsewhere. */
  readonly #smallCounts: Float64Array;
  readonly #smallEach: Float64Array;
  readonly #smallBefore: readonly (Float64Array | null)[];

  constructor(diagram: Diagram) {
    this.#diagram = diagram;
    const edges = diagram.firstChild.length - 1;
    this.#each = Array.from({ length: edges }, (_, edge) => stacksPerCandidate(diagram, edge));
    this.#nodes = Array.from(diagram.nodePackages, (_, node) => this.#numberNode(node));
    this.#smallCounts = Float64Array.from(diagram.counts, (count) =>
      count <= MAX_SMALL ? Number(count) : NaN,
    );
    this.#smallEach = Float64Array.from(this.#each, (each) => (each <= MAX_SMALL ? Number(each) : NaN));
    this.#smallBefore = this.#nodes.map(({ runs }, node) =>
      Number.isNaN(this.#smallCounts[node]) ? null : Float64Array.from(runs, (run) => Number(run.before)),
    );
  }

  get count(): bigint {
    return this.#diagram.count;
  }

  /**
   * Writes the stack of a number into `values`: by package the chosen value, -1 for packages outside.
   * @throws RangeError when there is no such number
   */
  unrank(number: bigint, values: Int32Array): void {
    if (number < 0n || number >= this.count) {
      throw new RangeError(`no stack ${number} of ${this.count}`);
    }
    values.fill(-1);
    this.#spread(ROOTS, number, values);
  }

  /** The number of a stack of the diagram, or null when it is none. */
  rank(values: Int32Array): bigint | null {
    return this.#gather(this.#diagram.roots, 0, this.#diagram.roots.length, values);
  }

  /** Splits a number into one for each child of an edge; the first child has the highest digits. */
  #spread(edge: number, number: bigint, values: Int32Array): void {
    const { firstChild, children, roots } = this.#diagram;
    const nodes = edge === ROOTS ? roots : children;
    const from = edge === ROOTS ? 0 : (firstChild[edge] as number);
    const to = edge === ROOTS ? roots.length : (firstChild[edge + 1] as number);
    let rest = number;
    for (let index = to - 1; index >= from; index--) {
      const node = nodes[index] as number;
      const small = this.#smallCounts[node] as number;
      if (index === from) {
        this.#descend(node, rest, values);
      } else if (!Number.isNaN(small) && rest <= MAX_SMALL) {
        const number53 = Number(rest);
        const own = number53 % small;
        this.#descendSmall(node, own, values);
        rest = BigInt((number53 - own) / small);
      } else {
        const count = this.#diagram.counts[node] as bigint;
        const quotient = rest / count;
        this.#descend(node, rest - quotient * count, values);
        rest = quotient;
      }
    }
  }

  #descend(node: number, number: bigint, values: Int32Array): void {
    if (!Number.isNaN(this.#smallCounts[node])) {
      this.#descendSmall(node, Number(number), values);
      return;
    }
    const { candidates, runs } = this.#nodes[node] as NumberedNode;
    let low = 0;
    let high = runs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((runs[middle] as Run).before <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const run = runs[low] as Run;
    const each = this.#each[run.edge] as bigint;
    const within = number - run.before;
    const position = within / each;
    values[this.#diagram.nodePackages[node] as number] = candidates[run.first + Number(position)] as number;
    this.#spread(run.edge, within - position * each, values);
  }

  #descendSmall(node: number, number: number, values: Int32Array): void {
    const { candidates, runs } = this.#nodes[node] as NumberedNode;
    const before = this.#smallBefore[node] as Float64Array;
    let low = 0;
    let high = before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((before[middle] as number) <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    const { edge, first } = runs[low] as Run;
    const each = this.#smallEach[edge] as number;
    const within = number - (before[low] as number);
    // A remainder of doubles is exact, a quotient is only when nothing remains.
    let rest = within % each;
    values[this.#diagram.nodePackages[node] as number] = candidates[first + (within - rest) / each] as number;
    const { firstChild, children } = this.#diagram;
    const from = firstChild[edge] as number;
    for (let index = (firstChild[edge + 1] as number) - 1; index >= from; index--) {
      const child = children[index] as number;
      const count = this.#smallCounts[child] as number;
      const own = rest % count;
      this.#descendSmall(child, own, values);
      rest = (rest - own) / count;
    }
  }

  #gather(nodes: Int32Array, from: number, to: number, values: Int32Array): bigint | null {
    let number = 0n;
    for (let index = from; index < to; index++) {
      const node = nodes[index] as number;
      const own = this.#rankAt(node, values);
      if (own === null) {
        return null;
      }
      number = number * (this.#diagram.counts[node] as bigint) + own;
    }
    return number;
  }

  #rankAt(node: number, values: Int32Array): bigint | null {
    const packageIndex = this.#diagram.nodePackages[node] as number;
    const value = values[packageIndex] as number;
    const wanted = value === -1 ? -1 : (this.#diagram.representatives[packageIndex]?.[value] ?? value);
    const { candidates, runs } = at(this.#nodes, node);
    const position = candidates.indexOf(wanted);
    const run = runs.findLast(({ first }) => first <= position);
    if (position === -1 || run === undefined) {
      return null;
    }
    const { firstChild, children } = this.#diagram;
    const from = firstChild[run.edge] as number;
    const rest = this.#gather(children, from, firstChild[run.edge + 1] as number, values);
    return rest === null ? null : run.before + BigInt(position - run.first) * at(this.#each, run.edge) + rest;
  }

  #numberNode(node: number): NumberedNode {
    const { firstEdge, firstCandidate, candidates } = this.#diagram;
    const pairs: { candidate: number; edge: number }[] = [];
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      for (
        let index = firstCandidate[edge] as number;
        index < (firstCandidate[edge + 1] as number);
        index++
      ) {
        pairs.push({ candidate: candidates[index] as number, edge });
      }
    }
    pairs.sort((a, b) => a.candidate - b.candidate);
    const runs: Run[] = [];
    let before = 0n;
    pairs.forEach(({ edge }, position) => {
      if (runs.at(-1)?.edge !== edge) {
        runs.push({ edge, first: position, before });
      }
      before += at(this.#each, edge);
    });
    return { candidates: Int32Array.from(pairs, (pair) => pair.candidate), runs };
  }
}
