// How many stacks have only candidates that a condition allows: exact, in one pass.
import type { Diagram } from './diagram.ts';

/** @param isAllowed asked for candidates of real packages; a package outside of a stack is not asked about */
export function countWhere(
  diagram: Diagram,
  isAllowed: (packageIndex: number, value: number) => boolean,
): bigint {
  const counts: bigint[] = [];
  const product = (nodes: Int32Array): bigint =>
    nodes.reduce((total, node) => total * (counts[node] as bigint), 1n);
  diagram.nodePackages.forEach((packageIndex, node) => {
    const isVirtual = diagram.representatives[packageIndex] !== null;
    let count = 0n;
    for (
      let edge = diagram.firstEdge[node] as number;
      edge < (diagram.firstEdge[node + 1] as number);
      edge++
    ) {
      const candidates = diagram.candidates.subarray(
        diagram.firstCandidate[edge],
        diagram.firstCandidate[edge + 1],
      );
      const allowed = isVirtual
        ? candidates.length
        : candidates.filter((value) => isAllowed(packageIndex, value)).length;
      if (allowed > 0) {
        const children = diagram.children.subarray(diagram.firstChild[edge], diagram.firstChild[edge + 1]);
        count += BigInt(allowed) * product(children);
      }
    }
    counts.push(count);
  });
  return product(diagram.roots);
}
