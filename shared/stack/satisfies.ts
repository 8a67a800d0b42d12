// The naive oracle: whether a stack is what its request asks for, checked in the plainest way that can be written, without
// any part of an engine. Every stack that Troop emits passes it; what fails is told in sentences.
import { Alternatives, isOneOfTheWays, type AlternativeDeclaration } from './alternatives.ts';
import { byCodeUnits } from './canonical-json.ts';
import { walkClosure, type Closure, type Demand } from './closure.ts';
import { dependencyLines, eligibleFiles, type EligibilityPolicy } from './eligible.ts';
import { isValidName, normalizeName } from './name.ts';
import { allowsYanked, applicableRequirements, resolutionPolicy, type ResolutionPolicy } from './policy.ts';
import type { ReleaseLookup } from './release.ts';
import type { Requirement } from './requirement.ts';
import { formatSpecifierSet, specifierAllows } from './specifier.ts';
import { checkRelease } from './satisfies-release.ts';
import { findRelease, type Stack, type StackPackage } from './stack.ts';
import { openTarget } from './target.ts';
import { parseVersion, tryParseVersion } from './version.ts';
import type { Violation } from './violation.ts';
import { isVariantLabel } from './wheel.ts';

export interface SatisfiesInput {
  readonly stack: Stack;
  /** The request; lines whose marker does not hold on the target ask for nothing. */
  readonly requirements: readonly Requirement[];
  /** Bounds on packages that something else asks for. */
  readonly constraints?: readonly Requirement[] | undefined;
  readonly releases: ReleaseLookup;
  readonly policy?: Partial<ResolutionPolicy> | undefined;
  /** Projects that may stand for others. */
  readonly alternatives?: readonly AlternativeDeclaration[] | undefined;
}

/** A package of the stack, and its version as the index spells it, which `===` looks at. */
interface Pin {
  readonly item: StackPackage;
  readonly spelling: string;
}

/**
 * Everything that is wrong with a stack; empty when it is valid: every requirement met, nothing superfluous, everything
 * installable on the target under the policy.
 */
export function satisfies(input: SatisfiesInput): readonly Violation[] {
  const { stack, releases } = input;
  const shape = checkShape(stack.packages);
  if (shape.length > 0) {
    return shape;
  }
  const target = openTarget(stack.environment);
  const policy = resolutionPolicy(input.policy);
  const roots = applicableRequirements(input.requirements, target.markers);
  const constraints = applicableRequirements(input.constraints ?? [], target.markers);
  const alternatives = new Alternatives(input.alternatives);
  const rootsOf = (name: string): readonly Requirement[] =>
    alternatives.about([...roots, ...constraints], name);
  const fileRulesOf = (item: StackPackage): EligibilityPolicy => ({
    allowSdists: policy.allowSdists,
    excludeNewer: policy.excludeNewer,
    allowYanked: allowsYanked(parseVersion(item.version), rootsOf(item.name), policy),
    variant: item.variant ?? null,
  });
  const linesOf = (item: StackPackage): readonly string[] | null | undefined => {
    const release = findRelease(item, releases.releases(item.name) ?? []);
    const lines = release && dependencyLines(release, eligibleFiles(release, target, fileRulesOf(item)));
    return lines === null && policy.needsBuild === 'assume-no-dependencies' ? [] : lines;
  };
  const standInOf = (name: string): string =>
    stack.packages.find((candidate) => alternatives.isAbout(name, candidate.name))?.name ?? name;
  const pinOf = (name: string): Pin | undefined => {
    const item = stack.packages.find((candidate) => candidate.name === standInOf(name));
    const release = item && findRelease(item, releases.releases(item.name) ?? []);
    return item && { item, spelling: release?.version ?? item.version };
  };
  const closure = walkClosure({
    roots,
    packages: stack.packages,
    markers: target.markers,
    linesOf,
    standInOf,
  });
  return [
    ...stack.packages.flatMap((item) =>
      checkRelease({
        item,
        target,
        policy,
        known: releases.releases(item.name),
        roots: rootsOf(item.name),
        fileRules: fileRulesOf(item),
      }),
    ),
    ...stack.packages.flatMap((item) => checkAlternative(item, stack.packages, alternatives)),
    ...closure.violations,
    ...closure.demands.flatMap((demand) => checkDemand(demand, pinOf(demand.requirement.name))),
    ...constraints.flatMap((constraint) => checkConstraint(constraint, pinOf(constraint.name))),
    ...stack.packages.flatMap((item) => checkReached(item, closure)),
  ];
}

/** Names and versions in their one spelling, each name once, in order. */
function checkShape(packages: readonly StackPackage[]): readonly Violation[] {
  const by = 'the form of a stack';
  return packages.flatMap((item, position) => {
    const violations: Violation[] = [];
    const before = packages[position - 1];
    const objection = spellingObjection(item);
    if (objection !== null) {
      violations.push({ kind: 'wrong-spelling', package: item.name, by, text: objection });
    }
    if (packages.findIndex((other) => other.name === item.name) < position) {
      const text = `${item.name} is in the stack twice.`;
      violations.push({ kind: 'duplicate-package', package: item.name, by, text });
    } else if (before !== undefined && byCodeUnits(before.name, item.name) > 0) {
      const text = `${item.name} stands behind ${before.name}, but packages are sorted by name.`;
      violations.push({ kind: 'unsorted-packages', package: item.name, by, text });
    }
    return violations;
  });
}

/** A group gives a stack one member at most, and a member only from where the group takes it. */
function checkAlternative(
  item: StackPackage,
  packages: readonly StackPackage[],
  alternatives: Alternatives,
): readonly Violation[] {
  const { name, version, index } = item;
  const by = 'the alternatives';
  const head = alternatives.headOf(name);
  const other = packages.find((each) => each.name < name && alternatives.headOf(each.name) === head);
  if (other !== undefined) {
    const text = `${name} and ${other.name} stand for one another, so a stack has one of them at most.`;
    return [{ kind: 'alternative', package: name, by, text }];
  }
  if (isOneOfTheWays(alternatives.waysOf(name), version, index, () => true)) {
    return [];
  }
  const text = `${name} ${version} of ${index} is not among the builds that may stand for ${head}.`;
  return [{ kind: 'alternative', package: name, by, text }];
}

function spellingObjection(item: StackPackage): string | null {
  if (!isValidName(item.name) || normalizeName(item.name) !== item.name) {
    return `"${item.name}" is not a normalised project name.`;
  }
  if (tryParseVersion(item.version)?.text !== item.version) {
    return `"${item.version}" is not a normalised version of ${item.name}.`;
  }
  if (item.variant !== undefined && !isVariantLabel(item.variant)) {
    return `"${item.variant}" is not the label of a variant of ${item.name}.`;
  }
  const extras = item.extras ?? [];
  const isSorted = extras.every((extra, position) => position === 0 || (extras[position - 1] ?? '') < extra);
  const isNormal = extras.every((extra) => isValidName(extra) && normalizeName(extra) === extra);
  return isSorted && isNormal ? null : `The extras of ${item.name} are not normalised, sorted and each once.`;
}

function checkDemand({ requirement, by }: Demand, pin: Pin | undefined): readonly Violation[] {
  const { name, specifier, url } = requirement;
  if (url !== null) {
    const text = `${by} wants ${name} from a URL, which no index can answer.`;
    return [{ kind: 'url-requirement', package: name, by, text }];
  }
  if (pin === undefined) {
    const text = `${by} requires ${requirement.text}, but the stack has no ${name}.`;
    return [{ kind: 'missing-package', package: name, by, text }];
  }
  const violations: Violation[] = [];
  const { version, extras = [] } = pin.item;
  if (!specifierAllows(specifier, pin.spelling)) {
    const text = `${by} requires ${name}${formatSpecifierSet(specifier)}, but the stack has ${name} ${version}.`;
    violations.push({ kind: 'unmet-requirement', package: name, by, text });
  }
  for (const extra of requirement.extras.filter((asked) => !extras.includes(asked))) {
    const text = `${by} requires ${name}[${extra}], but the stack has ${name} without that extra.`;
    violations.push({ kind: 'missing-extra', package: name, by, text });
  }
  return violations;
}

function checkConstraint(constraint: Requirement, pin: Pin | undefined): readonly Violation[] {
  if (pin === undefined || specifierAllows(constraint.specifier, pin.spelling)) {
    return [];
  }
  const { name, version } = pin.item;
  const bounds = formatSpecifierSet(constraint.specifier);
  const text = `A constraint bounds ${name} to ${bounds}, but the stack has ${name} ${version}.`;
  return [{ kind: 'unmet-constraint', package: name, by: 'a constraint', text }];
}

function checkReached(item: StackPackage, closure: Closure): readonly Violation[] {
  const asked = closure.extras.get(item.name);
  const by = 'the request';
  if (asked === undefined) {
    const text = `Nothing that the request asks for requires ${item.name}.`;
    return [{ kind: 'unreachable-package', package: item.name, by, text }];
  }
  return (item.extras ?? [])
    .filter((extra) => !asked.has(extra))
    .map((extra) => {
      const text = `Nothing that the request asks for requires ${item.name}[${extra}].`;
      return { kind: 'superfluous-extra', package: item.name, by, text };
    });
}
