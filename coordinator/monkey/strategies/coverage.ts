// Few stacks that show much: every version once, then every pair of what the parameter `pairs` tells apart. Of k draws the one
// that covers most is taken, and when draws bring nothing new, the rest is drawn from the part of the space that has what is
// missing, so that coverage becomes complete, against a known denominator. Then all over again, with other stacks.
// Parameters: `pairs` (classes, minor, versions), `packages` (only pairs among these), `draws` (k).
import { compileSpace } from '../diagram/compile.ts';
import { isDiagram } from '../diagram/diagram.ts';
import { BestOfDraws } from './best-of-draws.ts';
import { BestOfWalks } from './best-of-walks.ts';
import { emittedStream } from './emitted-stream.ts';
import { choiceParameter, namesParameter, numberParameter } from './parameters.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { StreamOptions, Strategy } from './strategy.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { GROUPINGS, versionGroups, type Grouping, type VersionGroups } from './version-groups.ts';

const NAME = 'coverage';
const DEFAULT_DRAWS = 50;

export const coverage: Strategy = {
  name: NAME,
  description: 'every version once, then every pair of version classes, in few stacks',
  parameters: {
    pairs: { kind: 'choice', of: GROUPINGS },
    packages: { kind: 'names' },
    draws: { kind: 'integer', minimum: 1, maximum: 1000 },
  },
  open: (space, options) =>
    emittedStream(NAME, space, options, () => {
      const groups = wantedGroups(space, options);
      const plan = {
        space,
        groups,
        seed: `${options.seed}/${NAME}`,
        draws: numberParameter(options.parameters, 'draws', DEFAULT_DRAWS),
      };
      const diagram = options.diagram ?? compileSpace(space);
      return isDiagram(diagram)
        ? { source: new BestOfDraws(plan, diagram), total: diagram.count }
        : { source: new BestOfWalks(plan) };
    }),
};

function wantedGroups(space: StateSpace, { parameters }: StreamOptions): VersionGroups {
  const named = namesParameter(parameters, 'packages')?.map((name) => space.alternatives.headOf(name));
  const names = new Set(named);
  const grouping = choiceParameter<Grouping>(parameters, 'pairs', 'classes');
  const groups = versionGroups(space, grouping, (name) => named === undefined || names.has(name));
  const known = new Set(space.model.packages.map(({ name }) => name));
  const missing = named?.filter((name) => !known.has(name)) ?? [];
  if (missing.length > 0 && space.model.packages.length > 0) {
    throw new TroopError('TROOP-1908', {
      strategy: NAME,
      parameter: 'packages',
      reason: `no stack has any of ${missing.join(', ')}`,
    });
  }
  return groups;
}
