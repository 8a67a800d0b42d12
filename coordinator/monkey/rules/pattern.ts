// Which candidates a rule speaks of: `numpy>=2`, or the same with an index or a variant: {project: "numpy>=2", index: avx2}.
// `==2.0` means the local builds of 2.0 too, as PEP 440 has it; {project: torch, version: "2.0"} is 2.0 alone.
// A pattern names the very project that would be installed, also where it stands for another one. What the knowledge lacks
// and the policy assumes is matched by no pattern.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { formatRequirement, parseRequirement, type Requirement } from '../../../shared/stack/requirement.ts';
import { specifierAllows } from '../../../shared/stack/specifier.ts';
import { tryParseVersion, type Version } from '../../../shared/stack/version.ts';
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

const KEYS = ['project', 'version', 'index', 'variant'];

/** What it says beside the requirement. */
interface Build {
  readonly version: Version | null;
  readonly index: string | null;
  /** Undefined: whichever. */
  readonly variant: string | null | undefined;
}

const ANY_BUILD: Build = { version: null, index: null, variant: undefined };

/** @throws TROOP-1942 */
export function patternOf(rule: string, parameter: string, value: JsonValue | undefined): Pattern {
  if (typeof value === 'string') {
    return patternFrom(requirementOf(rule, parameter, value), ANY_BUILD);
  }
  if (!isRecord(value) || typeof value['project'] !== 'string') {
    throw wrongParameter(
      rule,
      parameter,
      'it is neither a text such as numpy>=2 nor {project, version, index, variant}',
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
  const version = versionOf(rule, parameter, value['version'] ?? null);
  return patternFrom(requirementOf(rule, parameter, value['project']), { version, index, variant });
}

function versionOf(rule: string, parameter: string, value: JsonValue): Version | null {
  const version = typeof value === 'string' ? tryParseVersion(value) : null;
  if (value !== null && version === null) {
    throw wrongParameter(rule, `${parameter}.version`, 'it is not the text of one version');
  }
  return version;
}

function isLabel(value: JsonValue): value is string | null {
  return value === null || typeof value === 'string';
}

function patternFrom(requirement: Requirement, { version, index, variant }: Build): Pattern {
  const { name, specifier } = requirement;
  const matches: CandidateTest = (candidate) =>
    candidate.name === name &&
    !isOpaque(candidate) &&
    specifierAllows(specifier, candidate.version) &&
    (version === null || candidate.version.key === version.key) &&
    (index === null || candidate.index === index) &&
    (variant === undefined || candidate.variant === variant);
  const exact = version === null ? '' : ` ${version.text}`;
  const place = index === null ? '' : ` of ${index}`;
  const build = variant === undefined ? '' : ` (${variant ?? 'plain'})`;
  return {
    project: name,
    isBounded: specifier.clauses.length > 0 || version !== null || index !== null || variant !== undefined,
    matches,
    index,
    text: formatRequirement(requirement) + exact + place + build,
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
