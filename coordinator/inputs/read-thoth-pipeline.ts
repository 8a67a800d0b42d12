// Reads the pipeline file of a Dependency Monkey of Thoth (thoth-adviser, `--pipeline`; YAML or JSON) into what a campaign
// says about its spaces. A unit without a counterpart is an error that names it: a pipeline is never half obeyed.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { AlternativeDeclaration } from '../../shared/stack/alternatives.ts';
import { normalizeName } from '../../shared/stack/name.ts';
import { indexFingerprint } from '../../shared/stack/stack.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';
import { parseYamlText } from './yaml-text.ts';
import {
  isProjectName,
  knownUnits,
  UNIT_KINDS,
  unitNamed,
  type UnitConfiguration,
  type UnitKind,
  type UnitParts,
} from './thoth-units.ts';

export interface PipelineParts {
  readonly rules: readonly RuleDeclaration[];
  readonly alternatives: readonly AlternativeDeclaration[];
  /** Null where no unit speaks of pre-releases. */
  readonly prereleases: {
    readonly default: 'disallow';
    readonly packages: Readonly<Record<string, 'allow'>>;
  } | null;
  /** What needs nothing here, a sentence a unit. */
  readonly notes: readonly string[];
}

/** Where units find our names of the indexes that they name by URL. */
export interface PipelineIndex {
  readonly name: string;
  readonly url?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws TROOP-1945 with the place of what is wrong, TROOP-1946 for a unit without a counterpart */
export function readThothPipeline(text: string, indexes: readonly PipelineIndex[]): PipelineParts {
  const document = parsed(text);
  const strange = Object.keys(document).find((key) => !UNIT_KINDS.some((kind) => kind === key));
  if (strange !== undefined) {
    throw wrong(strange, `the keys here are ${UNIT_KINDS.join(', ')}`);
  }
  const units = UNIT_KINDS.flatMap((kind) => readUnits(document, kind, indexes));
  const prereleases = units.flatMap(({ parts }) => parts.prereleases ?? []);
  return {
    rules: units.flatMap(({ parts }) => parts.rules ?? []),
    alternatives: merged(units.flatMap(({ parts }) => parts.alternatives ?? [])),
    prereleases:
      prereleases.length === 0
        ? null
        : {
            default: 'disallow',
            packages: Object.fromEntries(
              prereleases.flatMap(({ packages }) => Object.entries(packages ?? {})),
            ),
          },
    notes: units.flatMap(({ name, parts }) => (parts.note === undefined ? [] : [`${name}: ${parts.note}.`])),
  };
}

function parsed(text: string): Fields {
  let value: unknown;
  try {
    value = parseYamlText(text);
  } catch (error) {
    throw wrong('(top level)', error instanceof Error ? error.message : 'it is not YAML');
  }
  if (!isFields(value)) {
    throw wrong('(top level)', 'it is not a mapping');
  }
  return value;
}

function readUnits(
  document: Fields,
  kind: UnitKind,
  indexes: readonly PipelineIndex[],
): readonly { readonly name: string; readonly parts: UnitParts }[] {
  const units = document[kind] ?? [];
  if (!Array.isArray(units)) {
    throw wrong(kind, 'it is not a list');
  }
  return units.map((unit: unknown, position) => {
    const place = `${kind}[${position}]`;
    const name = isFields(unit) ? unit['name'] : undefined;
    if (!isFields(unit) || typeof name !== 'string') {
      throw wrong(place, 'a unit has a name');
    }
    const read = unitNamed(kind, name);
    if (read === null) {
      throw new TroopError('TROOP-1946', { unit: name, kind: place, known: knownUnits(kind).join(', ') });
    }
    const configuration = unit['configuration'] ?? {};
    if (!isFields(configuration)) {
      throw wrong(`${place}.configuration`, 'it is not a mapping');
    }
    return { name, parts: read(configurationOf(configuration, `${place}.configuration`, indexes)) };
  });
}

/** Typed access to what a unit is told, with the place of what is wrong. */
function configurationOf(
  fields: Fields,
  place: string,
  indexes: readonly PipelineIndex[],
): UnitConfiguration {
  const fail = (key: string, reason: string): TroopError => wrong(`${place}.${key}`, reason);
  const text = (key: string): string | null => {
    const value = fields[key] ?? null;
    if (value !== null && typeof value !== 'string') throw fail(key, 'it is not a text');
    return value;
  };
  const texts = (key: string): readonly string[] => {
    const value = fields[key] ?? [];
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((each) => {
      if (typeof each !== 'string') throw fail(key, 'it is not a list of texts');
      return each;
    });
  };
  return {
    text,
    texts,
    project: (key = 'package_name') => {
      const value = fields[key] ?? null;
      if (value !== null && !isProjectName(value)) throw fail(key, 'it is not the name of a project');
      return value === null ? null : normalizeName(value);
    },
    number: (key) => {
      const value = fields[key];
      if (typeof value !== 'number' || !Number.isFinite(value)) throw fail(key, 'it is not a number');
      return value;
    },
    flag: (key, otherwise) => {
      const value = fields[key] ?? otherwise;
      if (typeof value !== 'boolean') throw fail(key, 'it is neither true nor false');
      return value;
    },
    flags: (key) => {
      const value = fields[key] ?? {};
      if (!isFields(value) || !Object.values(value).every((each) => typeof each === 'boolean')) {
        throw fail(key, 'it is not a mapping of names to true or false');
      }
      return value as Readonly<Record<string, boolean>>;
    },
    records: (key) => {
      const value = fields[key] ?? [];
      if (!Array.isArray(value)) throw fail(key, 'it is not a list');
      return value.map((each: unknown, position) => {
        if (!isFields(each)) throw fail(`${key}[${position}]`, 'it is not a mapping');
        return configurationOf(each, `${place}.${key}[${position}]`, indexes);
      });
    },
    index: (key) => {
      const url = text(key);
      return url === null ? null : indexNamed(url, indexes, (reason) => fail(key, reason));
    },
    indexes: (key) => {
      const urls = texts(key);
      if (urls.length === 0) throw fail(key, 'it names no index');
      return urls.map((url) => indexNamed(url, indexes, (reason) => fail(key, reason)));
    },
    wrong: fail,
  };
}

/** By URL without credentials and closing slash, or by the very name. */
function indexNamed(
  url: string,
  indexes: readonly PipelineIndex[],
  fail: (reason: string) => TroopError,
): string {
  const found = indexes.find(
    (index) =>
      index.name === url ||
      (index.url !== undefined && indexFingerprint(index.url) === indexFingerprint(url)),
  );
  if (found === undefined) {
    const known = indexes.map((index) => `${index.name} (${index.url ?? 'no address known'})`).join(', ');
    throw fail(`no index here has the address ${url}; there is ${known === '' ? 'none' : known}`);
  }
  return found.name;
}

/** Several units may name aliases of one project. */
function merged(groups: readonly AlternativeDeclaration[]): readonly AlternativeDeclaration[] {
  const byProject = new Map<string, AlternativeDeclaration>();
  for (const { project, by } of groups) {
    byProject.set(project, { project, by: [...(byProject.get(project)?.by ?? []), ...by] });
  }
  return [...byProject.values()];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(place: string, reason: string): TroopError {
  return new TroopError('TROOP-1945', { place, reason });
}
