// What one change does: for every version of every package the valid stack that has it and otherwise changes least against a
// baseline, those that change the fewest packages first. Ends when each has had its turn.
// Parameter `baseline`: pins, by default the campaign's baseline, else the newest stack.
import { bestWithEach } from '../diagram/best-with-each.ts';
import { distanceFrom } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import { baselineStack } from './baseline-stack.ts';
import { compiled } from './compiled.ts';
import { emittedStream, type ValueSource } from './emitted-stream.ts';
import { stackHash } from './stack-hash.ts';
import type { StreamOptions, Strategy } from './strategy.ts';

const NAME = 'neighbours';

export const neighbours: Strategy = {
  name: NAME,
  description: 'the baseline with one version changed, and what has to change with it',
  parameters: { baseline: { kind: 'pins' } },
  isSelective: true,
  open: (space, options) =>
    emittedStream(NAME, space, options, () => ({
      source: neighboursOf(space, compiled(space, options), options),
    })),
};

function neighboursOf(space: StateSpace, diagram: Diagram, options: StreamOptions): ValueSource {
  if (diagram.count === 0n) {
    return { next: () => null };
  }
  const baseline = baselineStack(NAME, space, diagram, options);
  const pending = bestWithEach(diagram, distanceFrom(baseline))
    .toSorted((a, b) => a.cost - b.cost)
    .values();
  const seen = new Set([realHash(space, baseline)]);
  return {
    next: () => {
      for (const neighbour of pending) {
        const values = neighbour.values();
        const hash = realHash(space, values);
        if (!seen.has(hash)) {
          seen.add(hash);
          return values;
        }
      }
      return null;
    },
  };
}

/** Virtual packages stand for classes here and for versions there. */
function realHash(space: StateSpace, values: Int32Array): number {
  return stackHash(values.map((value, index) => (space.model.packages[index]?.extra === null ? value : -1)));
}
