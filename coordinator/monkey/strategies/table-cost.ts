// Costs that are worked out once a candidate: a diagram asks for each of them at every node that has it.
import type { CostOf } from '../diagram/best-stack.ts';

/** @param costs by package, by value */
export function tableCost(costs: readonly Float64Array[]): CostOf {
  return (packageIndex, value) => (costs[packageIndex] as Float64Array)[value] as number;
}
