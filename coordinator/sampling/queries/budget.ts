// How far a query may go before it gives a space up. Time is looked at in this room alone: the monkey reads no clock.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { compileSpace, type CompileBudget } from '../../monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../monkey/diagram/diagram.ts';
import type { StateSpace } from '../../monkey/space/state-space.ts';

export interface QueryBudget {
  /** Nodes of the diagram; that of the compiler when null. */
  readonly maxNodes: number | null;
  readonly timeMs: number;
}

export function compileBudget({ maxNodes, timeMs }: QueryBudget): CompileBudget {
  const endsAtMs = performance.now() + timeMs;
  return { maxNodes: maxNodes ?? undefined, isOutOfTime: () => performance.now() >= endsAtMs };
}

/** @throws TROOP-1930 */
export function compiledOrRefuse(space: StateSpace, budget: QueryBudget, what: string): Diagram {
  const result = compileSpace(space, compileBudget(budget));
  if (isDiagram(result)) return result;
  throw new TroopError('TROOP-1930', { what, nodes: result.nodes, reason: result.reason });
}
