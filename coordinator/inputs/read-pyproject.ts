// pyproject.toml: dependencies of the project (PEP 621), and on request its optional ones and its groups (PEP 735).
// https://packaging.python.org/en/latest/specifications/dependency-groups/
import { TroopError } from '../../shared/errors/troop-error.ts';
import { parseTomlDocument, placeOf, readingDocument } from '../../shared/stack/formats/document.ts';
import { pinnedPython } from '../../shared/stack/formats/read-pylock.ts';
import { foldName } from '../../shared/stack/name.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';
import { FieldReader } from '../../shared/stack/snapshot-fields.ts';
import { parseSpecifierSet } from '../../shared/stack/specifier.ts';
import {
  checkedRequirement,
  EMPTY_REQUEST,
  wantedIndexNote,
  namedByAddress,
  type RequestIndex,
  type RequestOptions,
  type RequestText,
} from './request-text.ts';

const MAX_INCLUDES = 1000;

interface Project {
  readonly text: string;
  readonly file: string;
  /** Folded; null without a [project] table. */
  readonly name: string | null;
  readonly dependencies: readonly string[];
  readonly extras: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, readonly unknown[]>;
}

/** @throws TROOP-2001, TROOP-2002, TROOP-2004, TROOP-2005 */
export function readPyproject(text: string, file: string, options: RequestOptions = {}): RequestText {
  const document = parseTomlDocument(text, file);
  return readingDocument(file, () => {
    const table = document.optionalObject('project');
    const { extras = [], groups = [] } = options;
    refuseUnreadable(document, table, { file, groups });
    const project = readProject(document, table, { text, file });
    const requirements = [
      ...withOwnExtras(project.dependencies, project),
      ...withOwnExtras(
        extras.flatMap((extra) => extraOf(extra, project)),
        project,
      ),
      ...groups.flatMap((group) => withOwnExtras(groupOf(group, project), project)),
    ];
    const requiresPython = table?.optionalString('requires-python') ?? null;
    if (requiresPython !== null) {
      readingDocument(file, () => parseSpecifierSet(requiresPython), 'project.requires-python');
    }
    const tool = document.optionalObject('tool')?.optionalObject('uv') ?? null;
    const python = pinnedPython(requiresPython ?? undefined) ?? null;
    return {
      ...EMPTY_REQUEST,
      requirements: [...new Set(requirements)],
      python,
      requiresPython: python === null ? requiresPython : null,
      ...readUv(tool, requirements, { text, file }),
    };
  });
}

function refuseUnreadable(
  document: FieldReader,
  table: FieldReader | null,
  { file, groups }: { file: string; groups: readonly string[] },
): void {
  if (table?.nullableStrings('dynamic')?.includes('dependencies') === true) {
    const reason = 'its dependencies are "dynamic": only a build could tell them';
    throw new TroopError('TROOP-2004', { file, reason });
  }
  if (table !== null || groups.length > 0) return;
  const isPoetry = document.optionalObject('tool')?.optionalObject('poetry') ?? null;
  const reason =
    isPoetry === null ? 'it has no table [project]' : 'its dependencies are those of Poetry, not of PEP 621';
  throw new TroopError('TROOP-2004', { file, reason });
}

function readProject(
  document: FieldReader,
  table: FieldReader | null,
  { text, file }: { text: string; file: string },
): Project {
  const optional = table?.optionalObject('optional-dependencies') ?? null;
  const groups = document.optionalObject('dependency-groups');
  const name = table?.optionalString('name');
  return {
    text,
    file,
    name: name === undefined ? null : foldName(name),
    dependencies: table?.nullableStrings('dependencies') ?? [],
    extras: new Map(
      (optional?.names ?? []).map((extra) => [foldName(extra), optional?.nullableStrings(extra) ?? []]),
    ),
    groups: new Map(
      (groups?.names ?? []).map((group) => {
        const entries = groups?.value(group);
        if (!Array.isArray(entries)) {
          throw new TroopError('TROOP-2001', {
            file,
            place: `dependency-groups.${group}`,
            reason: 'it is not a list',
          });
        }
        return [foldName(group), entries];
      }),
    ),
  };
}

function extraOf(extra: string, { extras, file }: Project): readonly string[] {
  const found = extras.get(foldName(extra));
  if (found !== undefined) return found;
  const known = [...extras.keys()].join(', ') || 'none';
  throw new TroopError('TROOP-2005', { file, kind: 'extra', name: extra, known });
}

/** The lines of a group with those that it includes; a group that comes to include itself is an error. */
function groupOf(name: string, project: Project): readonly string[] {
  const { file, groups } = project;
  let visits = 0;
  const expand = (asked: string, chain: readonly string[]): readonly string[] => {
    const group = foldName(asked);
    const entries = groups.get(group);
    visits += 1;
    if (entries === undefined) {
      const known = [...groups.keys()].join(', ') || 'none';
      throw new TroopError('TROOP-2005', { file, kind: 'dependency group', name: asked, known });
    }
    if (chain.includes(group) || visits > MAX_INCLUDES) {
      const reason = chain.includes(group)
        ? `it includes itself (${[...chain, group].join(' > ')})`
        : 'it includes too many';
      throw new TroopError('TROOP-2001', { file, place: `dependency-groups.${asked}`, reason });
    }
    return entries.flatMap((entry, position) => {
      if (typeof entry === 'string') return [entry];
      const place = `dependency-groups.${asked}[${position}]`;
      const include = readingDocument(
        file,
        () => FieldReader.of(entry, place).string('include-group'),
        place,
      );
      return expand(include, [...chain, group]);
    });
  };
  return expand(name, []);
}

/** Checks the lines; one that names the project itself with extras (`all = ["me[a,b]"]`) stands for those extras. */
function withOwnExtras(lines: readonly string[], project: Project): readonly string[] {
  const { text, file } = project;
  const taken = new Set<string>();
  const result: string[] = [];
  const waiting = [...lines];
  // The list grows while it is walked.
  for (const line of waiting) {
    const checked = checkedLine(line, { text, file });
    const requirement = parseRequirement(checked);
    if (project.name === null || requirement.name !== project.name) {
      result.push(checked);
      continue;
    }
    const fresh = requirement.extras.filter((extra) => !taken.has(extra));
    for (const extra of fresh) taken.add(extra);
    waiting.push(...fresh.flatMap((extra) => extraOf(extra, project)));
  }
  return result;
}

function checkedLine(line: string, { text, file }: { text: string; file: string }): string {
  try {
    return checkedRequirement(line, { file, place: '' });
  } catch (error) {
    if (!(error instanceof TroopError)) throw error;
    const place = placeOf(text, line, `"${line.slice(0, 80)}"`);
    throw new TroopError(error.code, { ...error.facts, place }, { cause: error });
  }
}

/** Indexes of uv, and its sources: a project that is to come from elsewhere than an index is refused. */
function readUv(
  tool: FieldReader | null,
  requirements: readonly string[],
  { text, file }: { text: string; file: string },
): Pick<RequestText, 'indexes' | 'notes'> {
  const sources = tool?.optionalObject('sources') ?? null;
  const names = new Set(requirements.map((line) => parseRequirement(line).name));
  const asked = (sources?.names ?? []).filter((name) => names.has(foldName(name)));
  const notes = asked.flatMap((name) => {
    const value = sources?.value(name);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    return all.flatMap((one, position) => {
      const fields = FieldReader.of(one, `tool.uv.sources.${name}[${position}]`);
      const foreign = ['git', 'url', 'path', 'workspace'].find((key) => fields.has(key));
      if (foreign !== undefined) {
        const place = placeOf(text, /^[ \t]*\[tool\.uv\.sources/m, `tool.uv.sources.${name}`);
        throw new TroopError('TROOP-2002', { file, place, what: `${name} with "${foreign}"` });
      }
      const index = fields.optionalString('index') ?? 'another index';
      return [wantedIndexNote(file, name, index)];
    });
  });
  return { indexes: readUvIndexes(tool), notes };
}

function readUvIndexes(tool: FieldReader | null): readonly RequestIndex[] {
  if (tool === null || !tool.has('index')) return [];
  return tool.objects('index').flatMap((fields) => {
    const index = namedByAddress(fields.string('url'));
    return index === null ? [] : [{ ...index, name: fields.optionalString('name') ?? index.name }];
  });
}
