// Draws stacks with probability proportional to the product of the weights of their candidates, exactly but for rounding.
// A weight of 0 rules a candidate out, so conditions are weights too. Sums are kept as logarithms: products over dozens of
// packages leave the range of a double.
import type { Random } from '../../../shared/runtime/random.ts';
import type { Diagram } from './diagram.ts';

/** The weight of a candidate, at least 0; asked for real packages only. */
export type WeightOf = (packageIndex: number, value: number) => number;

export class WeightedSampler {
  readonly #diagram: Diagram;
  /** By edge, within its node; by candidate, within its edge: the share of it and of those before it. */
  readonly #shareUpTo: Float64Array;
  readonly #candidateShareUpTo: Float64Array;
  readonly #logSums: Float64Array;
  readonly #stack: Int32Array;
  /** Natural logarithm of the sum of the weights of all stacks; -Infinity when all are ruled out. */
  readonly logTotal: number;

  constructor(diagram: Diagram, weightOf: WeightOf) {
    this.#diagram = diagram;
    this.#shareUpTo = new Float64Array(diagram.firstChild.length - 1);
    this.#candidateShareUpTo = new Float64Array(diagram.candidates.length);
    this.#logSums = new Float64Array(diagram.nodePackages.length);
    this.#stack = new Int32Array(2 * diagram.packageCount + 1);
    for (let node = 0; node < diagram.nodePackages.length; node++) {
      this.#weighNode(node, weightOf);
    }
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
      const edge = pick(this.#shareUpTo, firstEdge[node] as number, firstEdge[node + 1] as number, random);
      const from = firstCandidate[edge] as number;
      const chosen = pick(this.#candidateShareUpTo, from, firstCandidate[edge + 1] as number, random);
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

  #weighNode(node: number, weightOf: WeightOf): void {
    const { firstEdge, nodePackages, representatives } = this.#diagram;
    const packageIndex = nodePackages[node] as number;
    const isVirtual = representatives[packageIndex] !== null;
    const from = firstEdge[node] as number;
    const to = firstEdge[node + 1] as number;
    const logs = new Float64Array(to - from);
    for (let edge = from; edge < to; edge++) {
      logs[edge - from] =
        Math.log(
          this.#weighCandidates(edge, isVirtual ? () => 1 : (value) => weightOf(packageIndex, value)),
        ) + this.#logOfChildren(edge);
    }
    const highest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const sum = logs.reduce((total, log) => total + (highest === -Infinity ? 0 : Math.exp(log - highest)), 0);
    let upTo = 0;
    logs.forEach((log, index) => {
      upTo += highest === -Infinity ? 0 : Math.exp(log - highest) / sum;
      this.#shareUpTo[from + index] = upTo;
    });
    this.#logSums[node] = highest === -Infinity ? -Infinity : highest + Math.log(sum);
  }

  /** The sum of the weights of an edge's candidates. */
  #weighCandidates(edge: number, weightOf: (value: number) => number): number {
    const { firstCandidate, candidates } = this.#diagram;
    const from = firstCandidate[edge] as number;
    const to = firstCandidate[edge + 1] as number;
    let sum = 0;
    for (let index = from; index < to; index++) {
      sum += weightOf(candidates[index] as number);
      this.#candidateShareUpTo[index] = sum;
    }
    for (let index = from; index < to && sum > 0; index++) {
      this.#candidateShareUpTo[index] = (this.#candidateShareUpTo[index] as number) / sum;
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

/** The first position whose share is above a random number; one that has any weight of its own. */
function pick(shareUpTo: Float64Array, from: number, to: number, random: Random): number {
  if (to - from === 1) {
    return from;
  }
  const wanted = random.nextFloat() * (shareUpTo[to - 1] as number);
  let low = from;
  let high = to - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shareUpTo[middle] as number) > wanted) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
