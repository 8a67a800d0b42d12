// The part of a diagram whose stacks keep a condition, as a diagram of its own: counts, draws and numbers follow from it.
// Beyond what weights of 0 can say, packages can be demanded that a stack may otherwise lack. One pass, linear in the diagram.
import { DiagramBuilder, type EdgeDraft } from './diagram-builder.ts';
import type { Diagram } from './diagram.ts';

export interface Condition {
  /** Asked for candidates of real packages. */
  readonly isAllowed: (packageIndex: number, value: number) => boolean;
  /** Packages that a stack must have; 30 at most. */
  readonly mustHave: readonly number[];
}

const MAX_DEMANDED = 30;

/** Without stacks it counts 0. @throws RangeError for more than 30 demanded packages */
export function conditioned(diagram: Diagram, condition: Condition): Diagram {
  if (condition.mustHave.length > MAX_DEMANDED) {
    throw new RangeError(`more than ${MAX_DEMANDED} demanded packages`);
  }
  return new Conditioning(diagram, condition).build();
}

class Conditioning {
  readonly #diagram: Diagram;
  readonly #isAllowed: Condition['isAllowed'];
  readonly #builder = new DiagramBuilder();
  /** By package: its bit among the demanded ones. */
  readonly #bits: Int32Array;
  /** By node: the demanded packages that its part may have. */
  readonly #reach: Int32Array;
  /** By node and demanded packages: the new node, null when there is none. */
  readonly #known = new Map<number, number | null>();

  constructor(diagram: Diagram, { isAllowed, mustHave }: Condition) {
    this.#diagram = diagram;
    this.#isAllowed = isAllowed;
    this.#bits = new Int32Array(diagram.packageCount);
    mustHave.forEach((packageIndex, place) => (this.#bits[packageIndex] = 1 << place));
    this.#reach = new Int32Array(diagram.nodePackages.length);
    for (let node = 0; node < this.#reach.length; node++) {
      let reach = this.#bits[diagram.nodePackages[node] as number] as number;
      const lastEdge = diagram.firstEdge[node + 1] as number;
      const end = diagram.firstChild[lastEdge] as number;
      for (
        let index = diagram.firstChild[diagram.firstEdge[node] as number] as number;
        index < end;
        index++
      ) {
        reach |= this.#reach[diagram.children[index] as number] as number;
      }
      this.#reach[node] = reach;
    }
  }

  build(): Diagram {
    const demanded = this.#bits.reduce((all, bit) => all | bit, 0);
    const isEmpty = this.#diagram.count === 0n;
    const roots = isEmpty ? null : this.#all(this.#diagram.roots, demanded);
    return this.#builder.build(
      this.#diagram.representatives,
      roots ?? Int32Array.of(this.#builder.addNode(0, [])),
    );
  }

  /** The new nodes of parts that together must have what is demanded. */
  #all(nodes: Int32Array, demanded: number): Int32Array | null {
    const result = new Int32Array(nodes.length);
    let missing = demanded;
    for (const [index, node] of nodes.entries()) {
      // Parts share no package, so at most one can have what is demanded.
      const own = demanded & (this.#reach[node] as number);
      const made = this.#one(node, own);
      if (made === null) {
        return null;
      }
      missing &= ~own;
      result[index] = made;
    }
    return missing === 0 ? result : null;
  }

  #one(node: number, demanded: number): number | null {
    const key = node * 2 ** MAX_DEMANDED + demanded;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return known;
    }
    const { firstEdge, firstChild, children, nodePackages, representatives } = this.#diagram;
    const packageIndex = nodePackages[node] as number;
    const isVirtual = representatives[packageIndex] !== null;
    const rest = demanded & ~(this.#bits[packageIndex] as number);
    const edges: EdgeDraft[] = [];
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const candidates = this.#candidatesOf(edge, isVirtual ? null : packageIndex);
      if (candidates.length > 0) {
        const made = this.#all(children.subarray(firstChild[edge], firstChild[edge + 1]), rest);
        if (made !== null) {
          edges.push({ candidates, children: made });
        }
      }
    }
    const result = edges.length === 0 ? null : this.#builder.addNode(packageIndex, edges);
    this.#known.set(key, result);
    return result;
  }

  #candidatesOf(edge: number, packageIndex: number | null): number[] {
    const { candidates, firstCandidate } = this.#diagram;
    const all = [...candidates.subarray(firstCandidate[edge], firstCandidate[edge + 1])];
    return packageIndex === null ? all : all.filter((value) => this.#isAllowed(packageIndex, value));
  }
}
