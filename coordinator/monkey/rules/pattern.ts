// Which candidates a rule speaks of: `numpy>=2`, or the same with an index or a variant: {project: "numpy>=2", index: avx2}.
// A pattern names the very project that would be installed, also where it stands for another one. What the knowledge lacks
// and the policy assumes is matched by no pattern.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { formatRequirement, parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { isOpaque } from '../space/candidate.ts';
import type { JsonValue } from '../strategies/strategy.ts';
import { isRecord, wrongParameter } from './read-fields.ts';
import type { CandidateTest } from './rule.ts';

export interface Pattern {
  /** Normalised. */
  readonly project: string;
  /** Whether it bounds the version, the index or the variant at all. */
  readonly isBounded: boolean;
  readonly matches: CandidateTest;
  readonly text: string;
  /** The index that it is about, or null. */
  readonly index: string | null;
}

const KEYS = ['project', 'index', 'variant'];

/** @throws TROOP-1942 */
export function patternOf(rule: string, parameter: string, value: JsonValue | undefined): Pattern {
  if (typeof value === 'string') {
    return patternFrom(requirementOf(rule, parameter, value), null, undefined);
  }
  if (!isRecord(value) || typeof value['project'] !== 'string') {
    throw wrongParameter(
      rule,
      parameter,
      'it is neither a text such as numpy>=2 nor {project, index, variant}',
    );
  }
  const strange = Object.keys(value).find((key) => !KEYS.includes(key));
  if (strange !== undefined) {
    throw wrongParameter(rule, `${parameter}.${strange}`, `the keys here are ${KEYS.join(', ')}`);
  }
  const { index = null, variant } = value;
  if ((index !== null && typeof index !== 'string') || (variant !== undefined && !isLabel(variant))) {
    throw wrongParameter(
      rule,
      parameter,
      'index and variant are texts; the variant of a plain build is null',
    );
  }
  return patternFrom(requirementOf(rule, parameter, value['project']), index, variant);
}

function isLabel(value: JsonValue): value is string | null {
  return value === null || typeof value === 'string';
}

function patternFrom(
  requirement: Requirement,
  index: string | null,
  variant: string | null | undefined,
): Pattern {
  const { name, specifier } = requirement;
  const matches: CandidateTest = (candidate) =>
    candidate.name === name &&
    !isOpaque(candidate) &&
    specifierAllows(specifier, candidate.version) &&
    (index === null || candidate.index === index) &&
    (variant === undefined || candidate.variant === variant);
  const place = index === null ? '' : ` of ${index}`;
  const build = variant === undefined ? '' : ` (${variant ?? 'plain'})`;
  return {
    project: name,
    isBounded: specifier.clauses.length > 0 || index !== null || variant !== undefined,
    matches,
    index,
    text: formatRequirement(requirement) + place + build,
  };
}

function requirementOf(rule: string, parameter: string, text: string): Requirement {
  let requirement: Requirement;
  try {
    requirement = parseRequirement(text);
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    throw wrongParameter(rule, parameter, error.message);
  }
  if (requirement.url !== null || requirement.marker !== null || requirement.extras.length > 0) {
    throw wrongParameter(
      rule,
      parameter,
      `"${text}" is more than a project and its versions; use "when" for conditions`,
    );
  }
  return requirement;
}

/** One pattern or a list of them; at least one. */
export function patternsOf(
  rule: string,
  parameter: string,
  value: JsonValue | undefined,
): readonly Pattern[] {
  const values: readonly JsonValue[] = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : [value ?? null];
  if (values.length === 0) {
    throw wrongParameter(rule, parameter, 'the list is empty');
  }
  return values.map((each, position) =>
    patternOf(rule, Array.isArray(value) ? `${parameter}[${position}]` : parameter, each),
  );
}

/** The projects that patterns name. */
export const namesOf = (patterns: readonly Pattern[]): readonly string[] =>
  patterns.map(({ project }) => project);

/** The indexes that patterns name. */
export const indexesOf = (patterns: readonly Pattern[]): readonly string[] =>
  patterns.flatMap(({ index }) => index ?? []);
