// How many stacks a space has, how large each dimension is, what was left out of it, and what share of the stacks has what.
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { countSpace, type SpaceCount } from '../../monkey/count-space.ts';
import { describeSpace, type Dimension, type SpaceDescription } from '../../monkey/describe-space.ts';
import { versionGroups } from '../../monkey/strategies/version-groups.ts';
import { EXCLUSION_LABELS } from '../../monkey/space/exclusion.ts';
import type { StateSpace } from '../../monkey/space/state-space.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { conflictReason } from '../open-space.ts';
import type { SpaceRequest } from '../space-request.ts';
import type { Spaces } from '../spaces.ts';
import { compileBudget, type QueryBudget } from './budget.ts';
import { shareByVersion, shareWhere, type ConditionalCount, type VersionShares } from './shares.ts';

export interface CountRequest {
  readonly space: SpaceRequest;
  readonly budget: QueryBudget;
  /** Requirements such as `numpy==1.26.4`: how many stacks have all of them. */
  readonly where: readonly string[];
  /** Names of projects: how many stacks have each version. */
  readonly marginals: readonly string[];
}

export interface CountAnswer extends SpaceCount {
  /** Decimal digits; of an estimate three that mean something. Null when an estimate found no stack. */
  readonly count: string | null;
  readonly durationMs: number;
  readonly requirements: readonly string[];
  readonly environment: TargetEnvironment;
  readonly seenPackages: number;
  readonly seenCandidates: number;
  readonly dimensions: readonly CountedDimension[];
  readonly excluded: readonly (SpaceDescription['excluded'][number] & { readonly label: string })[];
  /** Projects taken for one opaque release, since the knowledge lacks them. */
  readonly assumed: readonly string[];
  /** Why there is certainly no stack, or null. */
  readonly conflict: string | null;
  readonly where: ConditionalCount | null;
  readonly marginals: readonly VersionShares[];
}

export interface CountedDimension extends Dimension {
  readonly classes: number;
}

/** @throws TROOP-1930 for shares of a space that cannot be compiled, TROOP-1931 for a wrong condition, TROOP-1932, and as `openSpace` */
export async function countStacks(spaces: Spaces, request: CountRequest): Promise<CountAnswer> {
  const { space } = await spaces.open(request.space);
  const startedAtMs = performance.now();
  const { figures, diagram } = countSpace(space, compileBudget(request.budget));
  const durationMs = Math.round(performance.now() - startedAtMs);
  const wantsShares = request.where.length + request.marginals.length > 0;
  if (diagram === null && wantsShares) {
    throw new TroopError('TROOP-1930', {
      what: 'the share of some stacks',
      nodes: figures.nodes,
      reason: 'nodes, steps or time',
    });
  }
  const { seenPackages, seenCandidates, assumed, excluded, dimensions } = describeSpace(space);
  return {
    ...figures,
    count: figures.count ?? (figures.log10 === null ? null : roundedCount(figures.log10)),
    durationMs,
    requirements: request.space.requirements,
    environment: space.environment,
    seenPackages,
    seenCandidates,
    dimensions: withClasses(space, dimensions),
    excluded: excluded.map((one) => ({ ...one, label: EXCLUSION_LABELS[one.reason] })),
    assumed,
    conflict: conflictReason(space),
    where: diagram === null || request.where.length === 0 ? null : shareWhere(space, diagram, request.where),
    marginals: diagram === null ? [] : shareByVersion(space, diagram, request.marginals),
  };
}

function withClasses(space: StateSpace, dimensions: readonly Dimension[]): readonly CountedDimension[] {
  const { groupOf } = versionGroups(space, 'classes', () => true);
  const classes = new Map(
    space.model.packages.flatMap((item, index) =>
      item.extra === null ? [[item.name, new Set(groupOf[index]).size] as const] : [],
    ),
  );
  return dimensions.map((dimension) => ({ ...dimension, classes: classes.get(dimension.name) ?? 0 }));
}

const SIGNIFICANT_DIGITS = 3;

/** The digits of a number that is known by its logarithm alone, rounded. */
export function roundedCount(log10: number): string {
  const zeros = Math.max(0, Math.floor(log10) - SIGNIFICANT_DIGITS + 1);
  return (BigInt(Math.round(10 ** (log10 - zeros))) * 10n ** BigInt(zeros)).toString();
}
