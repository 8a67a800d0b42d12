// Questions that Python's `packaging` answered (test/fixtures/packaging-vectors/generate.py), asked of shared/stack. Each
// difference becomes a sentence; nothing is skipped, and what is not comparable is counted.
import { createHash } from 'node:crypto';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { evaluateMarker, parseMarker, type MarkerEnvironment } from '../../shared/stack/marker.ts';
import { parseRequirement, type Requirement } from '../../shared/stack/requirement.ts';
import { filterVersions, parseSpecifierSet, specifierAllows } from '../../shared/stack/specifier.ts';
import { supportedTags } from '../../shared/stack/tags.ts';
import { compareVersions, isPrerelease, tryParseVersion } from '../../shared/stack/version.ts';
import { parseSdistFilename, parseWheelFilename } from '../../shared/stack/wheel.ts';

type VersionRow = readonly [
  text: string,
  normalised: string | null,
  rank: number | null,
  isPrerelease: number | null,
];
interface RequirementAnswer {
  readonly name: string;
  readonly extras: readonly string[];
  readonly specifiers: readonly string[];
  readonly url: string | null;
  readonly holds: readonly (boolean | string | null)[] | null;
}
type WheelAnswer = readonly [
  name: string,
  version: string,
  build: readonly (number | string)[],
  tags: readonly string[],
];

export interface PackagingVectors {
  readonly packaging: string;
  readonly python: string;
  readonly seed: number;
  readonly versions: readonly VersionRow[];
  readonly specifiers: readonly (readonly [text: string, answers: string | null])[];
  readonly filters: readonly (readonly [
    text: string,
    given: readonly number[],
    kept: readonly number[] | null,
  ])[];
  readonly environments: readonly MarkerEnvironment[];
  readonly markers: readonly (readonly [
    text: string,
    environment: number,
    answer: boolean | string | null,
  ])[];
  readonly requirements: readonly (readonly [text: string, answer: RequirementAnswer | null])[];
  readonly wheels: readonly (readonly [filename: string, answer: WheelAnswer | null])[];
  readonly sdists: readonly (readonly [filename: string, answer: readonly [string, string] | null])[];
  readonly tags: readonly (readonly [
    abi: string,
    platform: string,
    count: number,
    sha256: string,
    ends: readonly string[],
  ])[];
}

export interface Comparison {
  readonly compared: number;
  /** Questions that this version of packaging answers otherwise on purpose, by reason. */
  readonly excused: Readonly<Record<string, number>>;
  readonly differences: readonly string[];
}

export interface Difference {
  readonly area: keyof PackagingVectors;
  readonly question: string;
  readonly detail: string;
  /** Both as JSON. */
  readonly ours: string;
  readonly theirs: string;
}

/** Why a known difference is one, or null when it is none. */
export type Excuse = (difference: Difference) => string | null;

class Tally {
  readonly #excuse: Excuse;
  readonly #excused = new Map<string, number>();
  readonly #differences: string[] = [];
  #compared = 0;

  constructor(excuse: Excuse) {
    this.#excuse = excuse;
  }

  check(
    area: keyof PackagingVectors,
    [question, detail]: readonly [string, string],
    ours: unknown,
    theirs: unknown,
  ): void {
    this.#compared += 1;
    const difference = { area, question, detail, ours: JSON.stringify(ours), theirs: JSON.stringify(theirs) };
    if (difference.ours === difference.theirs) {
      return;
    }
    const reason = this.#excuse(difference);
    if (reason === null) {
      const said = `ours ${difference.ours}, packaging ${difference.theirs}`;
      this.#differences.push(`${area}: ${JSON.stringify(question)} ${detail}: ${said}`);
    } else {
      this.#excused.set(reason, (this.#excused.get(reason) ?? 0) + 1);
    }
  }

  result(): Comparison {
    return {
      compared: this.#compared,
      excused: Object.fromEntries(this.#excused),
      differences: this.#differences,
    };
  }
}

export function compareWithPackaging(vectors: PackagingVectors, excuse: Excuse): Comparison {
  const tally = new Tally(excuse);
  compareVersionsWith(vectors, tally);
  compareSpecifiersWith(vectors, tally);
  compareMarkersWith(vectors, tally);
  compareRequirementsWith(vectors, tally);
  compareFilesWith(vectors, tally);
  return tally.result();
}

function compareVersionsWith(vectors: PackagingVectors, tally: Tally): void {
  for (const [text, normalised, , isPre] of vectors.versions) {
    const version = tryParseVersion(text);
    tally.check('versions', [text, 'normalised'], version?.text ?? null, normalised);
    tally.check('versions', [text, 'pre-release'], version && Number(isPrerelease(version)), isPre);
  }
  const known = vectors.versions.flatMap(([text, , rank]) => {
    const version = tryParseVersion(text);
    return version === null || rank === null ? [] : [{ text, version, rank }];
  });
  for (const a of known) {
    for (const b of known) {
      const order = Math.sign(compareVersions(a.version, b.version));
      tally.check('versions', [a.text, `against ${b.text}`], order, Math.sign(a.rank - b.rank));
    }
  }
}

function compareSpecifiersWith(vectors: PackagingVectors, tally: Tally): void {
  for (const [text, answers] of vectors.specifiers) {
    const set = orNull(() => parseSpecifierSet(text));
    tally.check('specifiers', [text, 'valid'], set !== null, answers !== null);
    for (const [position, answer] of (set === null ? '' : (answers ?? '')).split('').entries()) {
      const version = vectors.versions[position]?.[0] ?? '';
      const ours = set === null ? '' : String(Number(specifierAllows(set, version)));
      tally.check('specifiers', [text, `allows ${version}`], ours, answer);
    }
  }
  for (const [text, given, kept] of vectors.filters) {
    const texts = given.map((position) => vectors.versions[position]?.[0] ?? '');
    const ours = filterVersions(parseSpecifierSet(text), texts);
    const positions = given.filter((_position, order) => ours.includes(texts[order] ?? ''));
    tally.check('filters', [text, `of ${texts.join(' ')}`], positions, kept);
  }
}

function compareMarkersWith(vectors: PackagingVectors, tally: Tally): void {
  for (const [text, position, answer] of vectors.markers) {
    const environment = vectors.environments[position] ?? {};
    tally.check(
      'markers',
      [text, `in environment ${position}`],
      orNull(() => evaluateMarker(parseMarker(text), environment)),
      answer,
    );
  }
}

function compareRequirementsWith(vectors: PackagingVectors, tally: Tally): void {
  for (const [text, answer] of vectors.requirements) {
    const requirement = orNull(() => parseRequirement(text));
    tally.check('requirements', [text, 'valid'], requirement !== null, answer !== null);
    if (requirement !== null && answer !== null) {
      const { holds, ...rest } = answer;
      tally.check('requirements', [text, 'parts'], partsOf(requirement), rest);
      tally.check('requirements', [text, 'marker'], holdsOf(requirement, vectors.environments), holds);
    }
  }
}

function compareFilesWith(vectors: PackagingVectors, tally: Tally): void {
  for (const [filename, answer] of vectors.wheels) {
    const wheel = parseWheelFilename(filename);
    const ours = wheel && [
      wheel.name,
      wheel.version.text,
      wheel.build === null ? [] : [wheel.build.number, wheel.build.suffix],
      productOf(wheel.pythonTags, wheel.abiTags, wheel.platformTags).toSorted(),
    ];
    tally.check('wheels', [filename, wheel?.variant === null ? 'parts' : 'variant'], ours, answer);
  }
  for (const [filename, answer] of vectors.sdists) {
    const sdist = parseSdistFilename(filename);
    tally.check('sdists', [filename, 'parts'], sdist && [sdist.name, sdist.version.text], answer);
  }
  for (const [abi, platform, count, digest, ends] of vectors.tags) {
    const python = `3.${abi.replace(/^cp3/, '').replace('m', '')}`;
    const tags = supportedTags({ implementation: 'cpython', python, platform });
    const sha256 = createHash('sha256').update(tags.join('\n')).digest('hex');
    const ours = [tags.length, sha256, [...tags.slice(0, 3), ...tags.slice(-3)]];
    tally.check('tags', [abi, `on ${platform}`], ours, [count, digest, ends]);
  }
}

function partsOf(requirement: Requirement): unknown {
  const clauses = requirement.specifier.clauses.map((clause) => clause.operator + clause.text);
  const { name, extras, url } = requirement;
  return { name, extras, specifiers: [...new Set(clauses)].toSorted(), url };
}

function holdsOf(requirement: Requirement, environments: readonly MarkerEnvironment[]): unknown {
  const { marker } = requirement;
  return marker && environments.map((environment) => orNull(() => evaluateMarker(marker, environment)));
}

function productOf(
  pythons: readonly string[],
  abis: readonly string[],
  platforms: readonly string[],
): string[] {
  const tags = pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
  return [...new Set(tags)];
}

function orNull<Value>(call: () => Value): Value | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof TroopError) {
      return null;
    }
    throw error;
  }
}
