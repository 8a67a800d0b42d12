// What each unit of a Thoth pipeline says, in our words: what the unit does is ours by nature, or becomes a rule, an
// alternative or a policy. A unit that is not in this table has no counterpart. Facts of thoth-adviser 0.56, and of the earlier releases that the pipelines of the
// dependency-monkey-zoo were written for.
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
  /** A mapping of names to true or false. */
  flags(key: string): Readonly<Record<string, boolean>>;
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

const INDEXES = 'only the indexes of the campaign are used';

/** Several units that are read in one way. */
const each = (read: ReadUnit, ...names: readonly string[]): Readonly<Record<string, ReadUnit>> =>
  Object.fromEntries(
    names
      .join(' ')
      .split(' ')
      .map((name) => [name, read]),
  );

const READS: Readonly<Record<UnitKind, Readonly<Record<string, ReadUnit>>>> = {
  boots: {
    ...each(
      ours('it prepares or describes an environment, which a campaign names exactly'),
      'CveTimestampBoot EnvironmentInfoBoot FullySpecifiedEnvironment LabelsBoot MemTraceBoot PipfileHashBoot PlatformBoot',
      'PrescriptionReleaseBoot PythonVersionBoot RHELVersionBoot SolvedSoftwareEnvironmentBoot SolversConfiguredBoot',
      'ThothS2IBoot ThothS2IInfoBoot ThothSearchBoot UbiBoot VersionCheckBoot',
    ),
    VersionClashBoot: ours('requirements that contradict one another have no stack, and are explained'),
  },
  pseudonyms: { AliasPseudonym: aliases },
  sieves: {
    VersionConstraintSieve: versionConstraint,
    FilterIndexSieve: filterIndex,
    PackageCombinationsSieve: combinations,
    CutPreReleasesSieve: () => ({ prereleases: { default: 'disallow' } }),
    SelectiveCutPreReleasesSieve: selectivePrereleases,
    SolvedSieve: solved,
    Py36SetuptoolsSieve: () => ({ rules: [{ keep: 'setuptools>=17' }] }),
    FilterConfiguredIndexSieve: configuredIndexes,
    LegacyVersionSieve: ours('versions that are none by PEP 440 are never candidates'),
    ConstraintsSieve: ours('constraints of the campaign always hold'),
    CutLockedSieve: ours('what a requirement pins always holds'),
    PackageIndexSieve: ours(INDEXES),
    ...each(
      ours('a backport is in a stack only where a requirement asks for it on the Python of the target'),
      'Enum34BackportSieve Functools32BackportSieve ImportlibMetadataBackportSieve ImportlibResourcesBackportSieve',
      'MockBackportSieve',
    ),
  },
  steps: { SetScoreStep: setScore },
  strides: {
    OneVersionStride: oneVersion,
    UniqueStackStride: ours('no stack is given twice'),
    RandomDecisionStride: ours('stacks are drawn at random as they are'),
  },
  wraps: each(
    ours('it only adds remarks to a stack that was accepted'),
    'LibrariesIOWrap MKLThreadsWrap NoObservationWrap PulpReleaseWrap PyPIReleaseWrap PyTorchReleaseWrap',
    'ThothSearchPackageWrap TroveClassifiersWrap',
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

function configuredIndexes(unit: UnitConfiguration): UnitParts {
  return unit.texts('allowed_indexes').length === 0
    ? { note: INDEXES }
    : { rules: [{ keepIndex: unit.indexes('allowed_indexes') }] };
}

function combinations(unit: UnitConfiguration): UnitParts {
  const names = unit.texts('package_combinations');
  if (names.length === 0) throw unit.wrong('package_combinations', 'it names no package');
  return { rules: [{ vary: names.map(normalizeName) }] };
}

function selectivePrereleases(unit: UnitConfiguration): UnitParts {
  const allowed = Object.entries(unit.flags('allow_prereleases')).flatMap(([name, isAllowed]) =>
    isAllowed ? [name] : [],
  );
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
