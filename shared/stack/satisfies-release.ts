// The part of the oracle that looks at one pin by itself: is there such a release, may it be chosen, can it be installed.
import { environmentKey } from './environment.ts';
import { isInstallable, eligibleFiles, whyNotInstallable, type EligibilityPolicy } from './eligible.ts';
import { allowsPrereleases, allowsVariant, type ResolutionPolicy } from './policy.ts';
import type { Release } from './release.ts';
import type { Requirement } from './requirement.ts';
import { findRelease, type StackPackage } from './stack.ts';
import type { Target } from './target.ts';
import { isPrerelease, parseVersion } from './version.ts';
import type { Violation, ViolationKind } from './violation.ts';

export interface PinInput {
  readonly item: StackPackage;
  readonly target: Target;
  readonly policy: ResolutionPolicy;
  /** Every release of the project; undefined when it is unknown. */
  readonly known: readonly Release[] | undefined;
  /** Requirements and constraints of the request that apply and name the project. */
  readonly roots: readonly Requirement[];
  readonly fileRules: EligibilityPolicy;
}

export function checkRelease(input: PinInput): readonly Violation[] {
  const { item, known } = input;
  if (known === undefined) {
    return [
      violation(input, 'unknown-project', 'the knowledge base', `Nothing is known about ${item.name}.`),
    ];
  }
  const release = findRelease(item, known);
  if (release === undefined) {
    return [whyUnknown(input, known)];
  }
  return [...checkPrerelease(input, known), ...checkVariant(input), ...checkFiles(input, release)];
}

function whyUnknown(input: PinInput, known: readonly Release[]): Violation {
  const { name, version, index } = input.item;
  return known.some((release) => release.index === index)
    ? violation(
        input,
        'unknown-release',
        'the knowledge base',
        `The index ${index} has no ${name} ${version}.`,
      )
    : violation(input, 'unknown-index', 'the knowledge base', `The index ${index} has no ${name} at all.`);
}

function checkPrerelease(input: PinInput, known: readonly Release[]): readonly Violation[] {
  const { item, roots, policy } = input;
  const isPre = isPrerelease(parseVersion(item.version));
  if (!isPre || allowsPrereleases(item.name, roots, known, policy)) {
    return [];
  }
  const text = `${item.name} ${item.version} is a pre-release, which the policy does not allow for this project.`;
  return [violation(input, 'prerelease', 'the policy', text)];
}

function checkVariant(input: PinInput): readonly Violation[] {
  const { name, version, variant = null } = input.item;
  if (allowsVariant(variant, input.policy)) {
    return [];
  }
  const text = `${name} ${version} is the variant ${variant}, which the policy does not take.`;
  return [violation(input, 'variant', 'the policy', text)];
}

/** One violation names the reason when all files have the same one; else that none can be installed, and all reasons. */
function checkFiles(input: PinInput, release: Release): readonly Violation[] {
  const { item, target, fileRules } = input;
  if (isInstallable(eligibleFiles(release, target, fileRules))) {
    return [];
  }
  const reasons = whyNotInstallable(release, target, fileRules);
  const subject = `${item.name} ${item.version}`;
  const place = environmentKey(target.environment);
  const [reason] = reasons;
  if (reasons.length > 1 || reason === undefined) {
    const text = `No file of ${subject} can be installed on ${place}: ${reasons.join(', ')}.`;
    return [violation(input, 'no-installable-file', 'the environment', text)];
  }
  switch (reason) {
    case 'python': {
      const text = `${subject} does not admit Python ${target.environment.python}.`;
      return [violation(input, 'wrong-python', 'the environment', text)];
    }
    case 'yanked': {
      const text = `${subject} is yanked, and the request does not pin it by ==.`;
      return [violation(input, 'yanked', 'the policy', text)];
    }
    case 'too-new': {
      const text = `No file of ${subject} is known to be as old as ${fileRules.excludeNewer ?? ''}.`;
      return [violation(input, 'too-new', 'the policy', text)];
    }
    case 'unreadable-name':
    case 'variant':
    case 'sdist':
    case 'tags': {
      const text = `No file of ${subject} can be installed on ${place}: ${reason}.`;
      return [violation(input, 'no-installable-file', 'the environment', text)];
    }
  }
}

function violation(input: PinInput, kind: ViolationKind, by: string, text: string): Violation {
  return { kind, package: input.item.name, by, text };
}
