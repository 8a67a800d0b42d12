// Leaves out the nodes that no stack comes through. They are left over where one part of a state had stacks and another had
// none; questions that go over all nodes would find versions and pairs in them that no stack has.
import type { Diagram } from './diagram.ts';

/** The same stacks in the same order; the diagram itself when it has no such node. */
export function withoutOrphans(diagram: Diagram): Diagram {
  const isReached = reachedNodes(diagram);
  const kept = isReached.reduce((sum, flag) => sum + flag, 0);
  return kept === isReached.length ? diagram : withNodes(diagram, isReached, kept);
}

function reachedNodes({ nodePackages, firstEdge, firstChild, children, roots }: Diagram): Uint8Array {
  const isReached = new Uint8Array(nodePackages.length);
  for (const root of roots) isReached[root] = 1;
  // Children have smaller numbers, so every parent is known when it is reached.
  for (let node = isReached.length - 1; node >= 0; node--) {
    if (isReached[node] === 1) {
      const end = firstChild[firstEdge[node + 1] as number] as number;
      for (let index = firstChild[firstEdge[node] as number] as number; index < end; index++) {
        isReached[children[index] as number] = 1;
      }
    }
  }
  return isReached;
}

function withNodes(diagram: Diagram, isReached: Uint8Array, kept: number): Diagram {
  const { nodePackages, firstEdge, firstCandidate, firstChild } = diagram;
  const newOf = new Int32Array(isReached.length);
  const result = {
    nodePackages: new Int32Array(kept),
    firstEdge: new Int32Array(kept + 1),
    firstCandidate: [0],
    candidates: [] as number[],
    firstChild: [0],
    children: [] as number[],
    counts: [] as bigint[],
  };
  for (let node = 0; node < isReached.length; node++) {
    if (isReached[node] === 0) continue;
    newOf[node] = result.counts.length;
    result.nodePackages[result.counts.length] = nodePackages[node] as number;
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
      for (let at = firstCandidate[edge] as number; at < (firstCandidate[edge + 1] as number); at++) {
        result.candidates.push(diagram.candidates[at] as number);
      }
      for (let at = firstChild[edge] as number; at < (firstChild[edge + 1] as number); at++) {
        result.children.push(newOf[diagram.children[at] as number] as number);
      }
      result.firstCandidate.push(result.candidates.length);
      result.firstChild.push(result.children.length);
    }
    result.counts.push(diagram.counts[node] as bigint);
    result.firstEdge[result.counts.length] = result.firstChild.length - 1;
  }
  return {
    ...diagram,
    ...result,
    firstCandidate: Int32Array.from(result.firstCandidate),
    candidates: Int32Array.from(result.candidates),
    firstChild: Int32Array.from(result.firstChild),
    children: Int32Array.from(result.children),
    roots: diagram.roots.map((root) => newOf[root] as number),
  };
}
