// Every stack of a small request, found in the plainest way: take any release for any project that is asked for until
// nothing new is asked for, and keep what the oracle finds valid. Shares no code with the engine.
import type { SpacePolicy } from '../../../coordinator/monkey/space/space-policy.ts';
import type { RuleDeclaration } from '../../../coordinator/monkey/rules/declaration.ts';
import { Alternatives, type AlternativeDeclaration } from '../../../shared/stack/alternatives.ts';
import { readDependencies, walkClosure } from '../../../shared/stack/closure.ts';
import { dependencyLines, eligibleFiles } from '../../../shared/stack/eligible.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import { applicableRequirements } from '../../../shared/stack/policy.ts';
import type { Release, ReleaseLookup } from '../../../shared/stack/release.ts';
import type { Requirement } from '../../../shared/stack/requirement.ts';
import { satisfies } from '../../../shared/stack/satisfies.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { findRelease, makeStack, type StackPackage } from '../../../shared/stack/stack.ts';
import { markerEnvironment } from '../../../shared/stack/environment.ts';
import { parseVersion } from '../../../shared/stack/version.ts';
import { parseWheelFilename } from '../../../shared/stack/wheel.ts';
import { stackLine } from './knowledge.ts';
import { obeysRules } from './obeys-rules.ts';

export interface SmallRequest {
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Requirement[];
  readonly lookup: ReleaseLookup;
  readonly environment: TargetEnvironment;
  readonly policy: Partial<SpacePolicy>;
  readonly alternatives?: readonly AlternativeDeclaration[];
  /** None that holds to a reference stack: what those leave is told by properties, not by enumeration. */
  readonly rules?: readonly RuleDeclaration[];
}

/** The lines of all stacks, sorted. Null when there are more than `limit` combinations to look at. */
export function enumerateStacks(request: SmallRequest, limit = 20_000): readonly string[] | null {
  const { requirements, constraints, policy, lookup, environment, alternatives = [], rules = [] } = request;
  const markers = markerEnvironment(environment);
  const roots = applicableRequirements(requirements, markers);
  const groups = new Alternatives(alternatives);
  const lines = new Set<string>();
  let looked = 0;

  const extend = (packages: readonly StackPackage[]): void => {
    looked += 1;
    if (looked > limit) {
      return;
    }
    const closure = walkClosure({
      roots,
      packages,
      dependenciesOf: (item) => readDependencies(item, linesOf(item, request), markers),
      standInOf: (name) => packages.find((item) => groups.isAbout(name, item.name))?.name ?? name,
    });
    // What is asked for only grows, so a pin that is wrong now stays wrong, and so does a rule that is broken.
    const isHopeless = closure.demands.some(({ requirement }) =>
      packages.some(
        (item) =>
          groups.isAbout(requirement.name, item.name) &&
          !specifierAllows(requirement.specifier, item.version),
      ),
    );
    const isCrowded = new Set(packages.map(({ name }) => groups.headOf(name))).size < packages.length;
    if (
      isHopeless ||
      isCrowded ||
      closure.violations.length > 0 ||
      !obeysRules(packages, environment, rules)
    ) {
      return;
    }
    const wanted = [...closure.extras.keys()].find((name) => !packages.some((item) => item.name === name));
    if (wanted !== undefined) {
      for (const name of groups.projectsOf(wanted)) {
        const named = groups.waysOf(name).map((way) => way.index);
        const builds = buildsOf(lookup.releases(name) ?? [], policy, named);
        builds.forEach((build) => extend([...packages, build]));
      }
      return;
    }
    const withExtras = packages.map((item) => ({
      ...item,
      extras: [...(closure.extras.get(item.name) ?? [])],
    }));
    const stack = makeStack({ environment, packages: withExtras });
    const violations = satisfies({
      stack,
      requirements,
      constraints,
      releases: lookup,
      policy,
      alternatives,
    });
    if (violations.length === 0) {
      lines.add(stackLine(stack));
    }
  };

  extend([]);
  return looked > limit ? null : [...lines].toSorted();
}

/** Every build that the policy for indexes, or an alternative, offers; whether one may be chosen and installed, the oracle says. */
function buildsOf(
  releases: readonly Release[],
  policy: Partial<SpacePolicy>,
  named: readonly (string | null)[],
): readonly StackPackage[] {
  const inOrder = [...(policy.indexOrder ?? []), 'other', 'pip'];
  const [first] = inOrder.filter((index) => releases.some((release) => release.index === index));
  return releases.flatMap(({ name, version, index, files }) => {
    const isFirstOnly = (policy.indexesOf?.[name] ?? policy.indexes ?? 'all') === 'first';
    const wanted = policy.indexOf?.[name] ?? (isFirstOnly ? first : index);
    const takes = policy.variants ?? 'none';
    const labels = files
      .flatMap(({ filename }) => parseWheelFilename(filename)?.variant ?? [])
      .filter((label) => takes === 'all' || takes.includes(label));
    const builds = [
      { name, version, index },
      ...labels.map((variant) => ({ name, version, index, variant })),
    ];
    return wanted === index || named.includes(index) ? builds : [];
  });
}

/** What the file that would be installed says, where it says something of its own. */
function linesOf(
  item: StackPackage,
  { lookup, environment, policy }: SmallRequest,
): readonly string[] | null | undefined {
  const release = findRelease(
    { ...item, version: parseVersion(item.version).text },
    lookup.releases(item.name) ?? [],
  );
  const { allowSdists, excludeNewer, needsBuild } = policy;
  const files = { allowSdists, excludeNewer, allowYanked: true, variant: item.variant };
  const own = release && dependencyLines(release, eligibleFiles(release, environment, files));
  return own === null && needsBuild === 'assume-no-dependencies' ? [] : own;
}
