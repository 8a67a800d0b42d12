// The compiled space of strategies that need one.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { compileSpace } from '../diagram/compile.ts';
import { isDiagram, type Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { StreamOptions } from './strategy.ts';

/** @throws TROOP-1909 */
export function compiled(space: StateSpace, options: StreamOptions): Diagram {
  const result = options.diagram ?? compileSpace(space);
  if (isDiagram(result)) {
    return result;
  }
  throw new TroopError('TROOP-1909', { nodes: result.nodes, reason: result.reason });
}
