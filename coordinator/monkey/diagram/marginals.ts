// How many stacks have each candidate: one pass down the diagram after the counts that came up.
import { stacksPerCandidate, type Diagram } from './diagram.ts';

/** By package, by value of the space's model: the number of stacks that have it. Virtual packages are left empty. */
export type Marginals = readonly ReadonlyMap<number, bigint>[];

export function marginals(diagram: Diagram): Marginals {
  const { nodePackages, firstEdge, firstCandidate, candidates } = diagram;
  const outside = stacksAround(diagram);
  const result = Array.from({ length: diagram.packageCount }, () => new Map<number, bigint>());
  nodePackages.forEach((packageIndex, node) => {
    const counts = result[packageIndex];
    if (counts === undefined || diagram.representatives[packageIndex] !== null) {
      return;
    }
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const stacks = (outside[node] as bigint) * stacksPerCandidate(diagram, edge);
      const from = firstCandidate[edge] as number;
      const to = firstCandidate[edge + 1] as number;
      for (const value of candidates.subarray(from, to)) {
        counts.set(value, (counts.get(value) ?? 0n) + stacks);
      }
    }
  });
  return result;
}

/** By node: the number of ways to choose all that lies outside of its part, in the stacks that come through it. */
function stacksAround(diagram: Diagram): readonly bigint[] {
  const { firstEdge, firstCandidate, firstChild, children, roots, counts } = diagram;
  const outside = counts.map(() => 0n);
  const addSiblings = (nodes: Int32Array, ways: bigint): void => {
    const others = productsOfOthers(Array.from(nodes, (node) => counts[node] as bigint));
    nodes.forEach((node, index) => {
      outside[node] = (outside[node] as bigint) + ways * (others[index] as bigint);
    });
  };
  addSiblings(roots, 1n);
  // Children have smaller numbers, so every parent is complete when it is reached.
  for (let node = counts.length - 1; node >= 0; node--) {
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      const choices = (firstCandidate[edge + 1] as number) - (firstCandidate[edge] as number);
      const nodes = children.subarray(firstChild[edge], firstChild[edge + 1]);
      addSiblings(nodes, (outside[node] as bigint) * BigInt(choices));
    }
  }
  return outside;
}

/** By position: the product of all the others. */
function productsOfOthers(numbers: readonly bigint[]): readonly bigint[] {
  const result = numbers.map(() => 1n);
  let before = 1n;
  numbers.forEach((number, index) => {
    result[index] = before;
    before *= number;
  });
  let after = 1n;
  for (let index = numbers.length - 1; index >= 0; index--) {
    result[index] = (result[index] as bigint) * after;
    after *= numbers[index] as bigint;
  }
  return result;
}
