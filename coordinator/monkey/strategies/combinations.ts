// Every combination of versions of named packages that some stack has, newest first, each with the rest as near to a baseline
// as it can be. Ends when all were given. Parameters: `packages` (names, by default those of the request), `baseline` (pins, by
// default the campaign's baseline, else the newest stack).
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { nearestStack } from '../diagram/best-stack.ts';
import { conditioned } from '../diagram/condition.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { realPackage } from '../values-of.ts';
import { baselineStack } from './baseline-stack.ts';
import { compiled } from './compiled.ts';
import { emittedStream } from './emitted-stream.ts';
import { namesParameter } from './parameters.ts';
import type { StreamOptions, Strategy } from './strategy.ts';

const NAME = 'combinations';
const ABSENT = -1;

export const combinations: Strategy = {
  name: NAME,
  description: 'every combination of versions of the named packages, the rest held',
  parameters: { packages: { kind: 'names' }, baseline: { kind: 'pins' } },
  isSelective: true,
  open: (space, options) =>
    emittedStream(NAME, space, options, () => {
      const diagram = compiled(space, options);
      if (diagram.count === 0n) {
        return { source: { next: () => null } };
      }
      const named = wantedPackages(space, options);
      const baseline = baselineStack(NAME, space, diagram, options);
      const parts = combined(space, diagram, named);
      return {
        source: {
          next: () => {
            const part = parts.next();
            return part.done === true ? null : (nearestStack(part.value, baseline)?.values ?? null);
          },
        },
      };
    }),
};

/** For each combination the part of the space that has it; never an empty one. */
function* combined(space: StateSpace, diagram: Diagram, named: readonly number[]): Generator<Diagram> {
  const [packageIndex, ...others] = named;
  if (packageIndex === undefined) {
    yield diagram;
    return;
  }
  const values = at(space.candidates, packageIndex).map((_, value) => value);
  for (const value of at(space.isRequired, packageIndex) ? values : [...values, ABSENT]) {
    const part = conditioned(diagram, {
      isAllowed: (other, candidate) => other !== packageIndex || candidate === value,
      mustHave: value === ABSENT ? [] : [packageIndex],
    });
    if (part.count > 0n) {
      yield* combined(space, part, others);
    }
  }
}

function wantedPackages(space: StateSpace, options: StreamOptions): readonly number[] {
  const own = namesParameter(options.parameters, 'packages');
  const names = [...new Set(own ?? space.requirements.map(({ name }) => name))];
  return names.flatMap((wanted) => {
    const index = realPackage(space, wanted);
    if (index === -1 && own !== undefined) {
      throw new TroopError('TROOP-1908', {
        strategy: NAME,
        parameter: 'packages',
        reason: `no stack has any of ${wanted}`,
      });
    }
    return index === -1 ? [] : [index];
  });
}
