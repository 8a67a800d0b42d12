// The best stack under a cost that is a sum over packages: one pass up the diagram, one down.
import type { Diagram } from './diagram.ts';

/** The cost of choosing a candidate; Infinity rules it out. Asked for real packages only. */
export type CostOf = (packageIndex: number, value: number) => number;

export interface BestStack {
  /** By package the chosen value, -1 for packages outside. */
  readonly values: Int32Array;
  readonly cost: number;
}

/** A stack of the least cost, of equals the one with the newest candidates; null when every stack is ruled out. */
export function bestStack(diagram: Diagram, costOf: CostOf): BestStack | null {
  const nodes = diagram.nodePackages.length;
  const costs = new Float64Array(nodes);
  const bestEdge = new Int32Array(nodes);
  const bestCandidate = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) {
    costs[node] = Infinity;
    for (
      let edge = diagram.firstEdge[node] as number;
      edge < (diagram.firstEdge[node + 1] as number);
      edge++
    ) {
      const below = sumOver(childrenOf(diagram, edge), costs);
      const { candidate, cost } = cheapest(diagram, edge, node, costOf);
      const isBetter =
        below + cost < (costs[node] as number) ||
        (below + cost === costs[node] && candidate < (bestCandidate[node] as number));
      if (isBetter && below + cost < Infinity) {
        costs[node] = below + cost;
        bestEdge[node] = edge;
        bestCandidate[node] = candidate;
      }
    }
  }
  const cost = sumOver(diagram.roots, costs);
  if (diagram.count === 0n || cost === Infinity) {
    return null;
  }
  const values = new Int32Array(diagram.packageCount).fill(-1);
  const pending = [...diagram.roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    values[diagram.nodePackages[node] as number] = bestCandidate[node] as number;
    pending.push(...childrenOf(diagram, bestEdge[node] as number));
  }
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
  return bestStack(diagram, (packageIndex, value) => {
    if (!isAllowed(packageIndex, value)) {
      return Infinity;
    }
    const old = baseline[packageIndex] as number;
    return old === value ? 0 : 1 + SMALL * (old === -1 ? value : Math.abs(value - old));
  });
}

function cheapest(
  diagram: Diagram,
  edge: number,
  node: number,
  costOf: CostOf,
): { readonly candidate: number; readonly cost: number } {
  const packageIndex = diagram.nodePackages[node] as number;
  const isVirtual = diagram.representatives[packageIndex] !== null;
  let best = { candidate: -1, cost: Infinity };
  const end = diagram.firstCandidate[edge + 1] as number;
  for (let index = diagram.firstCandidate[edge] as number; index < end; index++) {
    const candidate = diagram.candidates[index] as number;
    const cost = isVirtual ? 0 : costOf(packageIndex, candidate);
    if (cost < best.cost) {
      best = { candidate, cost };
    }
  }
  return best;
}

function childrenOf(diagram: Diagram, edge: number): Int32Array {
  return diagram.children.subarray(diagram.firstChild[edge], diagram.firstChild[edge + 1]);
}

function sumOver(nodes: Int32Array, costs: Float64Array): number {
  return nodes.reduce((sum, node) => sum + (costs[node] as number), 0);
}
