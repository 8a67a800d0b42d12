// Around one stack: for each other version of each package the nearest valid stack, and how many packages change.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { differenceOf, differenceSize, type StackDifference } from '../../../shared/stack/difference.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { distanceFrom } from '../../monkey/diagram/best-stack.ts';
import { bestWithEach, type BestWith } from '../../monkey/diagram/best-with-each.ts';
import { at } from '../../monkey/space/at.ts';
import type { StateSpace } from '../../monkey/space/state-space.ts';
import { StackMaker } from '../../monkey/stack-of.ts';
import { strategyNamed } from '../../monkey/strategies/registry.ts';
import { realPackage, valuesOf } from '../../monkey/values-of.ts';
import { refuseConflict, type OpenSpace } from '../open-space.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';
import { compiledOrRefuse, type QueryBudget } from './budget.ts';
import { givenStack, violationsOf, type GivenStack } from './check-stack.ts';

export interface NeighboursRequest {
  readonly space: SpaceRequest;
  readonly budget: QueryBudget;
  /** Null: the newest stack. */
  readonly baseline: GivenStack | null;
  /** Names of projects; null: every package of the baseline. */
  readonly packages: readonly string[] | null;
  readonly limit: number;
}

export interface NeighboursAnswer {
  readonly baseline: Stack;
  /** What is wrong with the baseline; empty for one of the space. */
  readonly violations: readonly string[];
  /** Other versions that some stack has, and those that none has. */
  readonly possible: number;
  readonly impossible: number;
  /** The nearest first, then by name, newest versions first; at most `limit`. */
  readonly neighbours: readonly Neighbour[];
}

export interface Neighbour {
  readonly name: string;
  readonly version: string;
  readonly index: string;
  readonly variant: string | null;
  /** How many packages differ from the baseline. */
  readonly changes: number;
  readonly difference: StackDifference;
  readonly stack: Stack;
}

/** @throws TROOP-1905 when there is no stack, TROOP-1930 when the space cannot be compiled, TROOP-1932, and as `openSpace` */
export async function findNeighbours(spaces: Spaces, request: NeighboursRequest): Promise<NeighboursAnswer> {
  const open = await spaces.open(request.space);
  const { space, input } = open;
  refuseConflict(open);
  const diagram = compiledOrRefuse(space, request.budget, 'the nearest stack');
  const baseline = request.baseline === null ? newestStack(open) : givenStack(input, request.baseline);
  const { values } = valuesOf(space, baseline.packages);
  refuseUnknown(space, request.packages?.map(normalizeName) ?? []);
  const names = request.packages?.map(normalizeName) ?? baseline.packages.map(({ name }) => name);
  const asked = new Set(names.map((name) => realPackage(space, name)));
  const isAsked = (packageIndex: number): boolean => asked.has(packageIndex);
  const possible = bestWithEach(diagram, distanceFrom(values)).filter(
    ({ packageIndex, value }) => isAsked(packageIndex) && values[packageIndex] !== value,
  );
  const maker = new StackMaker(space);
  const versions = space.candidates.map((candidates, packageIndex) =>
    isAsked(packageIndex) ? candidates.length - (values[packageIndex] === -1 ? 0 : 1) : 0,
  );
  return {
    baseline,
    violations: violationsOf(input, baseline).map(({ text }) => text),
    possible: possible.length,
    impossible: versions.reduce((sum, count) => sum + count, 0) - possible.length,
    neighbours: possible
      .toSorted((a, b) => Math.floor(a.cost) - Math.floor(b.cost))
      .slice(0, request.limit)
      .map((best) => neighbourAt(space, maker, baseline, best))
      .toSorted((a, b) => a.changes - b.changes),
  };
}

function neighbourAt(
  space: StateSpace,
  maker: StackMaker,
  baseline: Stack,
  { packageIndex, value, values }: BestWith,
): Neighbour {
  const stack = maker.stack(values());
  const difference = differenceOf(baseline.packages, stack.packages);
  const { name, version, index, variant } = at(at(space.candidates, packageIndex), value);
  const changes = differenceSize(difference);
  return { name, version: version.text, index, variant, changes, difference, stack };
}

function newestStack({ space }: OpenSpace): Stack {
  const newest = strategyNamed('latest').open(space, { seed: '' }).next();
  if (newest === null) throw new TroopError('TROOP-1905', { reason: 'every choice ends in a conflict' });
  return newest;
}

/** @throws TROOP-1932 */
function refuseUnknown(space: StateSpace, names: readonly string[]): void {
  const unknown = names.find((name) => realPackage(space, name) === -1);
  if (unknown !== undefined) throw new TroopError('TROOP-1932', { name: unknown });
}
