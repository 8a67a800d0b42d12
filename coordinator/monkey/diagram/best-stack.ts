// The best stack under a cost that is a sum over packages: one pass up the diagram, one down.
import type { Diagram } from './diagram.ts';

/** The cost of choosing a candidate; Infinity rules it out. Asked for real packages only. */
export type CostOf = (packageIndex: number, value: number) => number;

export interface BestStack {
  /** By package the chosen value, -1 for packages outside. */
  readonly values: Int32Array;
  readonly cost: number;
}

/** By node: the least cost of a stack of its part, and the edge and candidate that begin it. Infinity when all are ruled out. */
export interface BestBelow {
  readonly costs: Float64Array;
  readonly edges: Int32Array;
  readonly candidates: Int32Array;
}

export function bestBelow(diagram: Diagram, costOf: CostOf): BestBelow {
  const { firstEdge, nodePackages } = diagram;
  const nodes = nodePackages.length;
  const costs = new Float64Array(nodes);
  const edges = new Int32Array(nodes);
  const candidates = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    costs[node] = Infinity;
    const end = firstEdge[node + 1] as number;
    for (let edge = firstEdge[node] as number; edge < end; edge++) {
      const below = costOfChildren(diagram, edge, costs);
      const { candidate, cost } = cheapest(diagram, edge, node, costOf);
      const isBetter =
        below + cost < (costs[node] as number) ||
        (below + cost === costs[node] && candidate < (candidates[node] as number));
      if (isBetter && below + cost < Infinity) {
        costs[node] = below + cost;
        edges[node] = edge;
        candidates[node] = candidate;
      }
    }
  }
  return { costs, edges, candidates };
}

/** Writes the best stack of the parts into `values`. */
export function fillBest(
  diagram: Diagram,
  best: BestBelow,
  parts: Iterable<number>,
  values: Int32Array,
): void {
  const pending = [...parts];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    values[diagram.nodePackages[node] as number] = best.candidates[node] as number;
    pending.push(...childrenOf(diagram, best.edges[node] as number));
  }
}

/** A stack of the least cost, of equals the one with the newest candidates; null when every stack is ruled out. */
export function bestStack(diagram: Diagram, costOf: CostOf): BestStack | null {
  const best = bestBelow(diagram, costOf);
  const cost = sumOver(diagram.roots, best.costs);
  if (diagram.count === 0n || cost === Infinity) {
    return null;
  }
  const values = new Int32Array(diagram.packageCount).fill(-1);
  fillBest(diagram, best, diagram.roots, values);
  return { values, cost };
}

/** A smallest part of one package's size: versions only decide between stacks that change as many packages. */
const SMALL = 1e-6;

/**
 * The stack that changes the fewest packages of a baseline, and among those the versions least; a package that is new counts
 * as changed, one that is gone does not.
 * @param baseline by package a value, -1 for packages outside
 * @param isAllowed what the stack may have; everything when absent
 */
export function nearestStack(
  diagram: Diagram,
  baseline: Int32Array,
  isAllowed: (packageIndex: number, value: number) => boolean = () => true,
): BestStack | null {
  const distance = distanceFrom(baseline);
  return bestStack(diagram, (packageIndex, value) =>
    isAllowed(packageIndex, value) ? distance(packageIndex, value) : Infinity,
  );
}

/** The cost under which the nearest stack is the best: whole numbers are packages that change. */
export function distanceFrom(baseline: Int32Array): CostOf {
  return (packageIndex, value) => {
    const old = baseline[packageIndex] as number;
    return old === value ? 0 : 1 + SMALL * (old === -1 ? value : Math.abs(value - old));
  };
}

/** Of an edge's candidates the one that costs least, the newest of equals. */
export function cheapest(
  diagram: Diagram,
  edge: number,
  node: number,
  costOf: CostOf,
): { readonly candidate: number; readonly cost: number } {
  const packageIndex = diagram.nodePackages[node] as number;
  const isVirtual = diagram.representatives[packageIndex] !== null;
  let best = -1;
  let least = Infinity;
  const end = diagram.firstCandidate[edge + 1] as number;
  for (let index = diagram.firstCandidate[edge] as number; index < end; index++) {
    const candidate = diagram.candidates[index] as number;
    const cost = isVirtual ? 0 : costOf(packageIndex, candidate);
    if (cost < least) {
      best = candidate;
      least = cost;
    }
  }
  return { candidate: best, cost: least };
}

function costOfChildren({ firstChild, children }: Diagram, edge: number, costs: Float64Array): number {
  let sum = 0;
  const end = firstChild[edge + 1] as number;
  for (let index = firstChild[edge] as number; index < end; index++) {
    sum += costs[children[index] as number] as number;
  }
  return sum;
}

export function childrenOf(diagram: Diagram, edge: number): Int32Array {
  return diagram.children.subarray(diagram.firstChild[edge], diagram.firstChild[edge + 1]);
}

export function sumOver(nodes: Int32Array, costs: Float64Array): number {
  return nodes.reduce((sum, node) => sum + (costs[node] as number), 0);
}
