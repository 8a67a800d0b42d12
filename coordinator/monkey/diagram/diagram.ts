// The compiled state space: a decision diagram over packages whose paths are exactly the stacks. A node decides one package;
// an edge of it stands for the candidates that lead to the same rest, and its children are the independent parts of that
// rest, so a stack of the edge is one of its candidates together with one stack of each child. Children have smaller
// numbers than their parents, and the roots lead to every node. Plain arrays, so that a worker thread can hand it over.

export interface Diagram {
  readonly packageCount: number;
  /** By package: null for a real one; for a virtual one, by value of its base, the value that stands for its class. */
  readonly representatives: readonly (Int32Array | null)[];
  /** By node: the package that it decides. */
  readonly nodePackages: Int32Array;
  /** By node (one more at the end): its edges. */
  readonly firstEdge: Int32Array;
  /** By edge (one more at the end): its candidates, as values of the space's model, ascending; of a virtual package one a class. */
  readonly firstCandidate: Int32Array;
  readonly candidates: Int32Array;
  /** By edge (one more at the end): its child nodes. */
  readonly firstChild: Int32Array;
  readonly children: Int32Array;
  /** The independent parts of the whole space. */
  readonly roots: Int32Array;
  /** By node: the number of stacks of its part. */
  readonly counts: readonly bigint[];
  /** The number of stacks. */
  readonly count: bigint;
}

/** Whether a compilation succeeded. */
export function isDiagram(result: Diagram | { readonly reason: string }): result is Diagram {
  return 'counts' in result;
}

export function nodeCount(diagram: Diagram): number {
  return diagram.nodePackages.length;
}

/** Number of stacks that one candidate of an edge begins. */
export function stacksPerCandidate(diagram: Diagram, edge: number): bigint {
  let product = 1n;
  const end = diagram.firstChild[edge + 1] as number;
  for (let index = diagram.firstChild[edge] as number; index < end; index++) {
    product *= diagram.counts[diagram.children[index] as number] as bigint;
  }
  return product;
}
