// Draws stacks from a diagram, each with the same probability (to the 53 bits of a double) and independently of the others.
import type { Random } from '../../../shared/runtime/random.ts';
import { stacksPerCandidate, type Diagram } from './diagram.ts';
import { ratio } from './ratio.ts';

export class UniformSampler {
  readonly #diagram: Diagram;
  /** By edge: the share of this edge and of those before it in its node. */
  readonly #shareUpTo: Float64Array;
  readonly #stack: Int32Array;

  constructor(diagram: Diagram) {
    this.#diagram = diagram;
    this.#shareUpTo = new Float64Array(diagram.firstChild.length - 1);
    this.#stack = new Int32Array(2 * diagram.packageCount + 1);
    for (let node = 0; node < diagram.nodePackages.length; node++) {
      const total = diagram.counts[node] as bigint;
      let before = 0n;
      const end = diagram.firstEdge[node + 1] as number;
      for (let edge = diagram.firstEdge[node] as number; edge < end; edge++) {
        const candidates =
          (diagram.firstCandidate[edge + 1] as number) - (diagram.firstCandidate[edge] as number);
        before += BigInt(candidates) * stacksPerCandidate(diagram, edge);
        this.#shareUpTo[edge] = edge === end - 1 ? 1 : ratio(before, total);
      }
    }
  }

  /**
   * Writes a stack into `values`: by package the chosen value, -1 for packages outside.
   * The diagram must count at least one stack.
   */
  draw(random: Random, values: Int32Array): void {
    const { nodePackages, firstEdge, firstCandidate, candidates, firstChild, children, roots } =
      this.#diagram;
    values.fill(-1);
    let length = roots.length;
    this.#stack.set(roots);
    while (length > 0) {
      length -= 1;
      const node = this.#stack[length] as number;
      const edge = this.#pick(firstEdge[node] as number, (firstEdge[node + 1] as number) - 1, random);
      const from = firstCandidate[edge] as number;
      const choices = (firstCandidate[edge + 1] as number) - from;
      const choice = choices === 1 ? 0 : random.nextBelow(choices);
      values[nodePackages[node] as number] = candidates[from + choice] as number;
      const end = firstChild[edge + 1] as number;
      for (let index = firstChild[edge] as number; index < end; index++) {
        this.#stack[length] = children[index] as number;
        length += 1;
      }
    }
  }

  /** The first edge whose share reaches a random number, by bisection. */
  #pick(first: number, last: number, random: Random): number {
    if (first === last) {
      return first;
    }
    const wanted = random.nextFloat();
    let low = first;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#shareUpTo[middle] as number) > wanted) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
