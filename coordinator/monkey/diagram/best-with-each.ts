// For every candidate the best stack that has it: one pass up the diagram for the best inside of each part, one down for the
// best around it. The same time as for one stack, where asking for each candidate would take thousands of passes.
import {
  bestBelow,
  cheapest,
  childrenOf,
  fillBest,
  sumOver,
  type BestBelow,
  type CostOf,
} from './best-stack.ts';
import type { Diagram } from './diagram.ts';

export interface BestWith {
  readonly packageIndex: number;
  readonly value: number;
  readonly cost: number;
  /** The stack, by package the chosen value, -1 for packages outside. */
  readonly values: () => Int32Array;
}

const NONE = -1;

interface Around {
  /** By node: the least cost of all that lies outside of its part, in the stacks that come through it. */
  readonly costs: Float64Array;
  /** By node: the edge through which that comes, and the node of that edge; NONE for a part of the whole space. */
  readonly edges: Int32Array;
  readonly parents: Int32Array;
}

/** Real packages only, in the order of packages and values; candidates that no allowed stack has are left out. */
export function bestWithEach(diagram: Diagram, costOf: CostOf): readonly BestWith[] {
  const below = bestBelow(diagram, costOf);
  if (diagram.count === 0n || sumOver(diagram.roots, below.costs) === Infinity) {
    return [];
  }
  const around = bestAround(diagram, below, costOf);
  const found = new Map<
    number,
    Map<number, { readonly node: number; readonly edge: number; readonly cost: number }>
  >();
  diagram.nodePackages.forEach((packageIndex, node) => {
    if (diagram.representatives[packageIndex] !== null) {
      return;
    }
    const ofPackage =
      found.get(packageIndex) ?? new Map<number, { node: number; edge: number; cost: number }>();
    found.set(packageIndex, ofPackage);
    forEdges(diagram, node, (edge) => {
      const rest = (around.costs[node] as number) + sumOver(childrenOf(diagram, edge), below.costs);
      for (const value of candidatesOf(diagram, edge)) {
        const cost = rest + costOf(packageIndex, value);
        if (cost < (ofPackage.get(value)?.cost ?? Infinity)) {
          ofPackage.set(value, { node, edge, cost });
        }
      }
    });
  });
  return [...found]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([packageIndex, ofPackage]) =>
      [...ofPackage]
        .toSorted(([a], [b]) => a - b)
        .map(([value, { node, edge, cost }]) => ({
          packageIndex,
          value,
          cost,
          values: () => stackThrough(diagram, { below, around, costOf }, { node, edge, value }),
        })),
    );
}

function bestAround(diagram: Diagram, below: BestBelow, costOf: CostOf): Around {
  const nodes = diagram.nodePackages.length;
  const around: Around = {
    costs: new Float64Array(nodes).fill(Infinity),
    edges: new Int32Array(nodes).fill(NONE),
    parents: new Int32Array(nodes).fill(NONE),
  };
  const offer = (parts: Int32Array, cost: number, parent: number, edge: number): void => {
    const all = sumOver(parts, below.costs);
    for (const part of parts) {
      const outside = cost + all - (below.costs[part] as number);
      if (outside < (around.costs[part] as number)) {
        around.costs[part] = outside;
        around.edges[part] = edge;
        around.parents[part] = parent;
      }
    }
  };
  offer(diagram.roots, 0, NONE, NONE);
  // Children have smaller numbers, so every parent is settled when it is reached.
  for (let node = nodes - 1; node >= 0; node--) {
    if (around.costs[node] !== Infinity) {
      forEdges(diagram, node, (edge) => {
        const own = (around.costs[node] as number) + cheapest(diagram, edge, node, costOf).cost;
        const parts = childrenOf(diagram, edge);
        if (own + sumOver(parts, below.costs) < Infinity) offer(parts, own, node, edge);
      });
    }
  }
  return around;
}

function stackThrough(
  diagram: Diagram,
  { below, around, costOf }: { readonly below: BestBelow; readonly around: Around; readonly costOf: CostOf },
  { node, edge, value }: { readonly node: number; readonly edge: number; readonly value: number },
): Int32Array {
  const values = new Int32Array(diagram.packageCount).fill(NONE);
  values[diagram.nodePackages[node] as number] = value;
  fillBest(diagram, below, childrenOf(diagram, edge), values);
  let inside = node;
  while (around.parents[inside] !== NONE) {
    const parent = around.parents[inside] as number;
    const through = around.edges[inside] as number;
    values[diagram.nodePackages[parent] as number] = cheapest(diagram, through, parent, costOf).candidate;
    const siblings = [...childrenOf(diagram, through)].filter((part) => part !== inside);
    fillBest(diagram, below, siblings, values);
    inside = parent;
  }
  fillBest(
    diagram,
    below,
    [...diagram.roots].filter((part) => part !== inside),
    values,
  );
  return values;
}

function forEdges(diagram: Diagram, node: number, visit: (edge: number) => void): void {
  const end = diagram.firstEdge[node + 1] as number;
  for (let edge = diagram.firstEdge[node] as number; edge < end; edge++) {
    visit(edge);
  }
}

function candidatesOf(diagram: Diagram, edge: number): Int32Array {
  return diagram.candidates.subarray(diagram.firstCandidate[edge], diagram.firstCandidate[edge + 1]);
}
