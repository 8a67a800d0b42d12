// Streams of distinct draws, replayed from the seed when they are resumed.
import { seededRandom } from '../../../shared/runtime/random.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import { compiled } from './compiled.ts';
import { DistinctDraws, type DrawPlan } from './distinct-draws.ts';
import { emittedStream } from './emitted-stream.ts';
import type { ParameterForms } from './parameters.ts';
import type { StreamOptions, Strategy } from './strategy.ts';

const NOTHING: DrawPlan = { draw: () => undefined, round: 1, log10Probability: () => null };

/** @param planFor is not asked for a space without stacks */
export function drawnStrategy(
  about: { readonly name: string; readonly description: string; readonly parameters?: ParameterForms },
  planFor: (space: StateSpace, diagram: Diagram, options: StreamOptions) => DrawPlan,
): Strategy {
  return {
    ...about,
    open: (space, options) =>
      emittedStream(about.name, space, options, () => {
        const diagram = compiled(space, options);
        const plan = diagram.count === 0n ? NOTHING : planFor(space, diagram, options);
        const draws = new DistinctDraws(diagram, seededRandom(`${options.seed}/${about.name}`), plan);
        const values = new Int32Array(diagram.packageCount);
        return {
          total: diagram.count,
          source: {
            next: () => (draws.next(values) ? values : null),
            log10DrawProbability: () => (draws.isSweeping ? null : plan.log10Probability(values)),
          },
        };
      }),
  };
}
