// What each unit of a Thoth pipeline says, in our words: what the unit does is ours by nature, or becomes a rule, an
// alternative or a policy. A unit that is not in this table has no counterpart. Facts of thoth-adviser 0.56.
import type { AlternativeDeclaration } from '../../shared/stack/alternatives.ts';
import { isValidName, normalizeName } from '../../shared/stack/name.ts';
import { parseSpecifierSet } from '../../shared/stack/specifier.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';

export type UnitKind = 'boots' | 'pseudonyms' | 'sieves' | 'steps' | 'strides' | 'wraps';

export interface UnitParts {
  readonly rules?: readonly RuleDeclaration[];
  readonly alternatives?: readonly AlternativeDeclaration[];
  readonly prereleases?: { readonly default?: 'disallow'; readonly packages?: Record<string, 'allow'> };
  /** One sentence for a person, where the unit asks for nothing. */
  readonly note?: string;
}

export interface UnitConfiguration {
  /** A normalised project name, or null where the unit is for all. @throws TROOP-1945 */
  project(key?: string): string | null;
  text(key: string): string | null;
  texts(key: string): readonly string[];
  number(key: string): number;
  flag(key: string, otherwise: boolean): boolean;
  records(key: string): readonly UnitConfiguration[];
  /** Our name of an index that the unit names by its URL, or null where it names none. */
  index(key: string): string | null;
  indexes(key: string): readonly string[];
  wrong(key: string, reason: string): Error;
}

type ReadUnit = (configuration: UnitConfiguration) => UnitParts;

const ours =
  (note: string): ReadUnit =>
  () => ({ note });

const READS: Readonly<Record<UnitKind, Readonly<Record<string, ReadUnit>>>> = {
  boots: Object.fromEntries(
    [
      'CveTimestampBoot EnvironmentInfoBoot FullySpecifiedEnvironment LabelsBoot MemTraceBoot PipfileHashBoot PlatformBoot',
      'PrescriptionReleaseBoot PythonVersionBoot RHELVersionBoot SolvedSoftwareEnvironmentBoot SolversConfiguredBoot',
      'ThothS2IBoot ThothS2IInfoBoot ThothSearchBoot UbiBoot VersionCheckBoot',
    ]
      .join(' ')
      .split(' ')
      .map((name) => [name, ours('it prepares or describes an environment, which a campaign names exactly')]),
  ),
  pseudonyms: { AliasPseudonym: aliases },
  sieves: {
    VersionConstraintSieve: versionConstraint,
    FilterIndexSieve: filterIndex,
    PackageCombinationsSieve: combinations,
    CutPreReleasesSieve: () => ({ prereleases: { default: 'disallow' } }),
    SelectiveCutPreReleasesSieve: selectivePrereleases,
    SolvedSieve: solved,
    LegacyVersionSieve: ours('versions that are none by PEP 440 are never candidates'),
    FilterConfiguredIndexSieve: ours('only the indexes of the campaign are used'),
    ConstraintsSieve: ours('constraints of the campaign always hold'),
    PackageIndexSieve: ours('only the indexes of the campaign are used'),
  },
  steps: { SetScoreStep: setScore },
  strides: {
    OneVersionStride: oneVersion,
    UniqueStackStride: ours('no stack is given twice'),
    RandomDecisionStride: ours('stacks are drawn at random as they are'),
  },
  wraps: Object.fromEntries(
    [
      'LibrariesIOWrap PulpReleaseWrap PyPIReleaseWrap PyTorchReleaseWrap ThothSearchPackageWrap TroveClassifiersWrap',
    ]
      .join(' ')
      .split(' ')
      .map((name) => [name, ours('it only adds remarks to a stack that was accepted')]),
  ),
};

export const UNIT_KINDS: readonly UnitKind[] = ['boots', 'pseudonyms', 'sieves', 'steps', 'strides', 'wraps'];

export function unitNamed(kind: UnitKind, name: string): ReadUnit | null {
  return Object.hasOwn(READS[kind], name) ? (READS[kind][name] ?? null) : null;
}

export function knownUnits(kind: UnitKind): readonly string[] {
  return Object.keys(READS[kind]);
}

/** A version that stands for its project from now on. */
function aliases(unit: UnitConfiguration): UnitParts {
  const project = required(unit, 'package_name');
  const by = unit.records('aliases').map((alias) => {
    const version = alias.text('package_version');
    const index = alias.index('index_url');
    return {
      project: required(alias, 'package_name'),
      ...(version === null ? {} : { versions: `==${version}` }),
      ...(index === null ? {} : { index }),
    };
  });
  if (by.length === 0) throw unit.wrong('aliases', 'it names no package');
  return { alternatives: [{ project, by }] };
}

function versionConstraint(unit: UnitConfiguration): UnitParts {
  const specifier = unit.text('version_specifier');
  if (specifier === null) throw unit.wrong('version_specifier', 'it is missing');
  return { rules: [{ keep: required(unit, 'package_name') + checkedSpecifier(unit, specifier) }] };
}

function checkedSpecifier(unit: UnitConfiguration, text: string): string {
  try {
    parseSpecifierSet(text);
    return text;
  } catch (error) {
    throw unit.wrong('version_specifier', error instanceof Error ? error.message : 'it is no specifier');
  }
}

function filterIndex(unit: UnitConfiguration): UnitParts {
  const indexes = unit.indexes('index_url');
  const project = unit.project();
  return { rules: [{ keepIndex: indexes, ...(project === null ? {} : { projects: [project] }) }] };
}

function combinations(unit: UnitConfiguration): UnitParts {
  const names = unit.texts('package_combinations');
  if (names.length === 0) throw unit.wrong('package_combinations', 'it names no package');
  return { rules: [{ vary: names.map(normalizeName) }] };
}

function selectivePrereleases(unit: UnitConfiguration): UnitParts {
  const allowed = unit.texts('allow_prereleases');
  return {
    prereleases: {
      default: 'disallow',
      packages: Object.fromEntries(allowed.map((name) => [normalizeName(name), 'allow'])),
    },
  };
}

function solved(unit: UnitConfiguration): UnitParts {
  if (!unit.flag('without_error', true)) {
    throw unit.wrong('without_error', 'releases that cannot be installed are never candidates');
  }
  return { note: 'releases whose requirements are not known are never candidates, and counted' };
}

function setScore(unit: UnitConfiguration): UnitParts {
  const version = unit.text('package_version');
  const index = unit.index('index_url');
  const project = required(unit, 'package_name') + (version === null ? '' : `==${version}`);
  const score = index === null ? project : { project, index };
  return { rules: [{ score, by: unit.number('score') }] };
}

function oneVersion(unit: UnitConfiguration): UnitParts {
  return { rules: [{ hold: required(unit, 'package_name') }] };
}

function required(unit: UnitConfiguration, key: string): string {
  const name = unit.project(key);
  if (name === null) throw unit.wrong(key, 'it is missing');
  return name;
}

export function isProjectName(value: unknown): value is string {
  return typeof value === 'string' && isValidName(value);
}
