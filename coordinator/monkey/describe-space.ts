// What a person is told about a state space: how large it is, and what was left out of it and why.
import { at } from './space/at.ts';
import { EXCLUSION_REASONS, EXCLUSION_LABELS, type ExclusionReason } from './space/exclusion.ts';
import type { StateSpace } from './space/state-space.ts';

export interface SpaceDescription {
  /** Projects that some stack may have. */
  readonly packages: number;
  /** Those that every stack has. */
  readonly requiredPackages: number;
  /** Candidates of these projects that no propagation rules out. */
  readonly candidates: number;
  /** Projects that were looked at, and their candidates before propagation. */
  readonly seenPackages: number;
  readonly seenCandidates: number;
  /** Decimal logarithm of the product of the numbers of candidates: an upper bound of the number of stacks, if all packages occur. */
  readonly log10Bound: number;
  /** Releases that are no candidates, by reason; only reasons that occur, in the order of the closed list. */
  readonly excluded: readonly ExcludedCount[];
  /** Projects taken for one opaque release, since the knowledge lacks them. */
  readonly assumed: readonly string[];
  /** Why there is certainly no stack, or null. */
  readonly conflict: string | null;
  readonly dimensions: readonly Dimension[];
}

export interface ExcludedCount {
  readonly reason: ExclusionReason;
  readonly releases: number;
  /** Names of the projects, sorted. */
  readonly projects: readonly string[];
}

/** One package of the space. */
export interface Dimension {
  readonly name: string;
  /** Other projects that may stand for it, where candidates are of any. */
  readonly standIns: readonly string[];
  readonly candidates: number;
  /** Normalised versions. */
  readonly newest: string;
  readonly oldest: string;
  readonly isRequired: boolean;
}

export function describeSpace(space: StateSpace): SpaceDescription {
  const dimensions = space.model.packages.flatMap((item, index): Dimension[] => {
    const candidates = at(space.candidates, index);
    return item.extra === null
      ? [
          {
            name: item.name,
            standIns: [...new Set(candidates.map(({ name }) => name))].filter((name) => name !== item.name),
            candidates: candidates.length,
            newest: at(candidates, 0).version.text,
            oldest: at(candidates, candidates.length - 1).version.text,
            isRequired: at(space.isRequired, index),
          },
        ]
      : [];
  });
  return {
    packages: dimensions.length,
    requiredPackages: dimensions.filter((dimension) => dimension.isRequired).length,
    candidates: sum(dimensions.map((dimension) => dimension.candidates)),
    seenPackages: space.seenCandidates.size,
    seenCandidates: sum([...space.seenCandidates.values()]),
    log10Bound: sum(dimensions.map((dimension) => Math.log10(dimension.candidates))),
    excluded: excludedCounts(space),
    assumed: space.assumed,
    conflict: space.conflict?.text ?? null,
    dimensions,
  };
}

/** The description in sentences, one a line. */
export function formatSpace(description: SpaceDescription): string {
  const { packages, requiredPackages, candidates, seenCandidates, seenPackages } = description;
  const lines = [
    description.conflict ??
      `${count(packages, 'package')} (${requiredPackages} in every stack) with ${count(candidates, 'candidate')}; ` +
        `at most 10^${description.log10Bound.toFixed(1)} stacks.`,
    `Looked at ${count(seenPackages, 'project')} with ${count(seenCandidates, 'candidate')}.`,
    ...description.excluded.map(
      ({ reason, releases, projects }) =>
        `Left out ${count(releases, 'release')}: ${EXCLUSION_LABELS[reason]} (${someOf(projects)}).`,
    ),
  ];
  if (description.assumed.length > 0) {
    lines.push(`Assumed, since the knowledge lacks them: ${someOf(description.assumed)}.`);
  }
  return lines.join('\n');
}

function excludedCounts(space: StateSpace): readonly ExcludedCount[] {
  return EXCLUSION_REASONS.flatMap((reason): ExcludedCount[] => {
    const releases = space.excluded.filter((release) => release.reason === reason);
    const projects = [...new Set(releases.map((release) => release.name))].toSorted();
    return releases.length === 0 ? [] : [{ reason, releases: releases.length, projects }];
  });
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
