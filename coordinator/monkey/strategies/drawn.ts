// Streams of distinct draws, replayed from the seed when they are resumed.
import { seededRandom } from '../../../shared/runtime/random.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import { stackOf } from '../stack-of.ts';
import { compiled } from './compiled.ts';
import { DistinctDraws, type DrawPlan } from './distinct-draws.ts';
import { readEmitted } from './emitted-cursor.ts';
import type { StreamOptions, Strategy } from './strategy.ts';

/** @param planFor is not asked for a space without stacks */
export function drawnStrategy(
  name: string,
  description: string,
  planFor: (space: StateSpace, diagram: Diagram, options: StreamOptions) => DrawPlan,
): Strategy {
  return {
    name,
    description,
    open: (space, options) => {
      const skip = readEmitted(name, options.cursor);
      const diagram = compiled(space, options);
      const plan =
        diagram.count === 0n ? { draw: () => undefined, round: 1 } : planFor(space, diagram, options);
      const draws = new DistinctDraws(diagram, seededRandom(`${options.seed}/${name}`), plan);
      const values = new Int32Array(diagram.packageCount);
      let emitted = 0;
      while (emitted < skip && draws.next(values)) {
        emitted += 1;
      }
      return {
        total: diagram.count,
        next: () => {
          if (!draws.next(values)) {
            return null;
          }
          emitted += 1;
          return stackOf(space, values);
        },
        get cursor() {
          return { emitted };
        },
      };
    },
  };
}
