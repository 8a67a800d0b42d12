// Draws stacks with probability proportional to the product of the weights of their candidates, exactly but for rounding.
// A weight of 0 rules a candidate out, so conditions are weights too. Sums are kept as logarithms: products over dozens of
// packages leave the range of a double.
import type { Random } from '../../../shared/runtime/random.ts';
import { at } from '../space/at.ts';
import type { Diagram } from './diagram.ts';

/** The weight of a candidate, at least 0; asked for real packages only. */
export type WeightOf = (packageIndex: number, value: number) => number;

export class WeightedSampler {
  readonly #diagram: Diagram;
  /** By edge, within its node: the share of it and of those before it. */
  readonly #shareUpTo: Float64Array;
  /** By candidate, within its edge: the weight of it and of those before it. */
  readonly #weightUpTo: Float64Array;
  readonly #logSums: Float64Array;
  readonly #stack: Int32Array;
  /** Natural logarithm of the sum of the weights of all stacks; -Infinity when all are ruled out. */
  readonly logTotal: number;

  constructor(diagram: Diagram, weightOf: WeightOf) {
    this.#diagram = diagram;
    this.#shareUpTo = new Float64Array(diagram.firstChild.length - 1);
    this.#weightUpTo = new Float64Array(diagram.candidates.length);
    this.#logSums = new Float64Array(diagram.nodePackages.length);
    this.#stack = new Int32Array(2 * diagram.packageCount + 1);
    const weights: readonly number[][] = Array.from({ length: diagram.packageCount }, () => []);
    for (let node = 0; node < diagram.nodePackages.length; node++) this.#weighNode(node, weights, weightOf);
    this.logTotal = diagram.roots.reduce((sum, node) => sum + (this.#logSums[node] as number), 0);
  }

  /** Writes a stack into `values`. `logTotal` must be finite. */
  draw(random: Random, values: Int32Array): void {
    const { nodePackages, firstEdge, firstCandidate, candidates, firstChild, children, roots } =
      this.#diagram;
    values.fill(-1);
    let length = roots.length;
    this.#stack.set(roots);
    while (length > 0) {
      length -= 1;
      const node = this.#stack[length] as number;
      const edges = { from: firstEdge[node] as number, to: firstEdge[node + 1] as number, whole: 1 };
      const edge = pick(this.#shareUpTo, edges, random);
      const from = firstCandidate[edge] as number;
      const to = firstCandidate[edge + 1] as number;
      const chosen = pick(this.#weightUpTo, { from, to, whole: this.#weightUpTo[to - 1] as number }, random);
      values[nodePackages[node] as number] = candidates[chosen] as number;
      const end = firstChild[edge + 1] as number;
      for (let index = firstChild[edge] as number; index < end; index++) {
        this.#stack[length] = children[index] as number;
        length += 1;
      }
    }
  }

  /** Natural logarithm of the probability of drawing a stack, under the weights that the sampler was made with. */
  logProbability(values: Int32Array, weightOf: WeightOf): number {
    let sum = 0;
    values.forEach((value, packageIndex) => {
      if (value !== -1 && this.#diagram.representatives[packageIndex] === null) {
        sum += Math.log(weightOf(packageIndex, value));
      }
    });
    return sum - this.logTotal;
  }

  /** Plain loops here and below: for every stack of a strategy that learns, all edges and candidates are weighed anew. */
  #weighNode(node: number, weights: readonly number[][], weightOf: WeightOf): void {
    const { firstEdge, nodePackages, representatives } = this.#diagram;
    const packageIndex = nodePackages[node] as number;
    const isVirtual = representatives[packageIndex] !== null;
    const weigh = isVirtual ? () => 1 : (value: number) => weightOf(packageIndex, value);
    const shares = this.#shareUpTo;
    const from = firstEdge[node] as number;
    const to = firstEdge[node + 1] as number;
    let highest = -Infinity;
    for (let edge = from; edge < to; edge++) {
      const weight = this.#weighCandidates(edge, at(weights, packageIndex), weigh);
      const log = Math.log(weight) + this.#logOfChildren(edge);
      shares[edge] = log;
      highest = Math.max(highest, log);
    }
    if (highest === -Infinity) {
      shares.fill(0, from, to);
      this.#logSums[node] = -Infinity;
      return;
    }
    let sum = 0;
    for (let edge = from; edge < to; edge++) {
      const weight = Math.exp((shares[edge] as number) - highest);
      shares[edge] = weight;
      sum += weight;
    }
    let upTo = 0;
    for (let edge = from; edge < to; edge++) {
      upTo += (shares[edge] as number) / sum;
      shares[edge] = upTo;
    }
    this.#logSums[node] = highest + Math.log(sum);
  }

  /** The sum of the weights of an edge's candidates. `known` are those of its package, by value, as far as they were asked for. */
  #weighCandidates(edge: number, known: number[], weigh: (value: number) => number): number {
    const { firstCandidate, candidates } = this.#diagram;
    const to = firstCandidate[edge + 1] as number;
    let sum = 0;
    for (let index = firstCandidate[edge] as number; index < to; index++) {
      const value = candidates[index] as number;
      sum += known[value] ??= weigh(value);
      this.#weightUpTo[index] = sum;
    }
    return sum;
  }

  #logOfChildren(edge: number): number {
    const { firstChild, children } = this.#diagram;
    let sum = 0;
    for (let index = firstChild[edge] as number; index < (firstChild[edge + 1] as number); index++) {
      sum += this.#logSums[children[index] as number] as number;
    }
    return sum;
  }
}

/** The first position whose share, which is `upTo` by `whole`, is above a random number; one that has any weight of its own. */
function pick(
  upTo: Float64Array,
  { from, to, whole }: { readonly from: number; readonly to: number; readonly whole: number },
  random: Random,
): number {
  if (to - from === 1) {
    return from;
  }
  const wanted = random.nextFloat() * ((upTo[to - 1] as number) / whole);
  let low = from;
  let high = to - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((upTo[middle] as number) / whole > wanted) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
