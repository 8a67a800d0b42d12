// Requirements files: written from a locked stack, with the hashes that pip and uv check; read as the request of a campaign.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
import { TroopError } from '../../errors/troop-error.ts';
import { beforeSpecifier, foreignForm } from '../foreign-form.ts';
import { parseRequirement, type Requirement } from '../requirement.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';
import { refuseVariants } from './wheel-variants.ts';

export interface RequirementsTxtFormat {
  /** True writes every hash, and fails where there is none: an installer takes all hashes or none. */
  readonly hashes: boolean;
}

export interface RequirementEntry {
  readonly kind: 'requirement';
  readonly requirement: Requirement;
  /** Lower-case hex SHA-256 of the files that may be installed; empty when the line has none. */
  readonly sha256: readonly string[];
  /** Of the first physical line, from 1. */
  readonly line: number;
}

export type RequirementsEntry =
  | RequirementEntry
  /** `-r` and `-c`: the path as it stands there. */
  | {
      readonly kind: 'include';
      readonly path: string;
      readonly isConstraints: boolean;
      readonly line: number;
    }
  /** `--index-url`, `--extra-index-url`, `--find-links`: the location as it stands there, credentials and all. */
  | { readonly kind: 'index'; readonly option: string; readonly location: string; readonly line: number }
  | { readonly kind: 'prereleases'; readonly line: number }
  /** An option that changes nothing of which stacks are valid, or that Troop decides itself. */
  | { readonly kind: 'ignored'; readonly option: string; readonly line: number };

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/** Long and short spelling of the options that name another file or an index. */
const VALUED = new Map([
  ['-r', '--requirement'],
  ['-c', '--constraint'],
  ['-i', '--index-url'],
  ['--pypi-url', '--index-url'],
  ['-f', '--find-links'],
]);
const INDEXES: ReadonlySet<string> = new Set(['--index-url', '--extra-index-url', '--find-links']);
const IGNORED: ReadonlySet<string> = new Set([
  '--no-index',
  '--prefer-binary',
  '--require-hashes',
  '--no-binary',
  '--only-binary',
  '--trusted-host',
  '--use-feature',
]);

const MAX_LINES = 100_000;

/**
 * One pin a line, sorted by name, with a comment that names the stack. Complete: install it without dependencies.
 * @throws TROOP-1819 when hashes are wanted and a package has none, TROOP-1821 when one is a wheel variant
 */
export function formatRequirementsTxt(stack: LockedStack, format: RequirementsTxtFormat): string {
  refuseVariants(stack.packages, 'requirements.txt');
  const lines = stack.packages.map((item) => {
    const pin = `${item.name}==${item.version}`;
    return format.hashes ? [pin, ...hashOptions(item)].join(' \\\n    ') : pin;
  });
  return [`# ${stack.stack_id}`, ...lines, ''].join('\n');
}

/**
 * What the lines of a file say, in their order: requirements with markers and `--hash=sha256:`, files to include, indexes, options.
 * What does not come from an index is refused by name, and so is every option that is not known.
 * @param file as it is named in errors
 * @throws TROOP-1815 and TROOP-1816 with file and line
 */
export function parseRequirementsTxt(
  text: string,
  file = 'the requirements file',
): readonly RequirementsEntry[] {
  return logicalLines(text, file).map((line) => readLine(line, file));
}

function hashOptions(item: LockedPackage): readonly string[] {
  const hashes = [...new Set(item.files.flatMap((file) => file.sha256 ?? []))];
  if (hashes.length === 0) {
    throw new TroopError('TROOP-1819', { name: item.name, version: item.version });
  }
  return hashes.map((sha256) => `--hash=sha256:${sha256}`);
}

/** Joins continued lines and drops comments; a comment ends the line that it continues. */
function logicalLines(text: string, file: string): readonly LogicalLine[] {
  const physical = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (physical.length > MAX_LINES) {
    throw new TroopError('TROOP-1815', {
      file,
      line: MAX_LINES,
      reason: 'the file has more lines than that',
    });
  }
  const logical: LogicalLine[] = [];
  let open: LogicalLine | null = null;
  for (const [position, raw] of physical.entries()) {
    const isComment = /^\s*#/.test(raw);
    const isContinued: boolean = raw.endsWith('\\') && !isComment;
    const part = isContinued ? raw.slice(0, -1) : raw;
    const start: LogicalLine = open ?? { text: '', line: position + 1 };
    const joined = { ...start, text: isComment ? start.text : start.text + part };
    open = isContinued ? joined : null;
    if (open === null) {
      logical.push(joined);
    }
  }
  return [...logical, ...(open === null ? [] : [open])]
    .map(({ text: whole, line }) => ({ text: withoutComment(whole).trim(), line }))
    .filter(({ text: whole }) => whole !== '');
}

/** A comment begins with a `#` behind white space; one inside a URL or a quotation does not. */
function withoutComment(text: string): string {
  const start = text.search(/(?:^|\s)#/);
  return start === -1 ? text : text.slice(0, start);
}

function readLine({ text, line }: LogicalLine, file: string): RequirementsEntry {
  const [, written] = /^(--[a-zA-Z-]+|-[a-zA-Z])/.exec(text) ?? [];
  if (written !== undefined) {
    return readOption(written, text.slice(written.length), { file, line });
  }
  refuseForeign(text, { file, line });
  // Options stand behind the requirement, each after white space; a marker never has a word that begins with two dashes.
  const start = text.search(/\s--?[a-zA-Z]/);
  const body = start === -1 ? text : text.slice(0, start);
  const options = start === -1 ? '' : text.slice(start).trim();
  const sha256 = (options === '' ? [] : options.replace(/--hash\s+/g, '--hash=').split(/\s+/)).map((option) =>
    readHash(option, { file, line }),
  );
  return { kind: 'requirement', requirement: requirementAt(body, { file, line }), sha256, line };
}

interface Place {
  readonly file: string;
  readonly line: number;
}

function readOption(written: string, rest: string, place: Place): RequirementsEntry {
  const { line } = place;
  const option = VALUED.get(written) ?? written;
  if (option === '--pre') {
    return { kind: 'prereleases', line };
  }
  if (IGNORED.has(option)) {
    return { kind: 'ignored', option, line };
  }
  const isInclude = option === '--requirement' || option === '--constraint';
  if (!isInclude && !INDEXES.has(option)) {
    throw new TroopError('TROOP-1816', { ...place, option: written });
  }
  const value = unquoted(rest.trim().replace(/^=/, '').trim());
  if (value === '') {
    throw new TroopError('TROOP-1815', { ...place, reason: `${written} has no value` });
  }
  if (!isInclude) {
    return { kind: 'index', option, location: value, line };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
    throw new TroopError('TROOP-1816', { ...place, option: `${written} with a URL` });
  }
  return { kind: 'include', path: value, isConstraints: option === '--constraint', line };
}

function unquoted(text: string): string {
  return /^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}

function readHash(option: string, place: Place): string {
  const [, algorithm, digest = ''] = /^--hash=([a-z0-9]+):([0-9a-fA-F]+)$/.exec(option) ?? [];
  if (algorithm === undefined) {
    throw new TroopError('TROOP-1816', { ...place, option: option.split('=')[0] ?? option });
  }
  if (algorithm !== 'sha256' || digest.length !== 64) {
    throw new TroopError('TROOP-1815', { ...place, reason: 'only whole SHA-256 hashes are taken' });
  }
  return digest.toLowerCase();
}

function refuseForeign(text: string, place: Place): void {
  // A file beside this one, as pip sees it.
  const isFile = /^\.|\.(?:whl|zip|tar\.gz)$/.test(beforeSpecifier(text));
  const form = foreignForm(text) ?? (isFile ? 'a path' : null);
  if (form !== null) {
    throw new TroopError('TROOP-1816', { ...place, option: `${form} in place of a project` });
  }
}

function requirementAt(text: string, place: Place): Requirement {
  let requirement: Requirement;
  try {
    requirement = parseRequirement(text);
  } catch (error) {
    if (error instanceof TroopError) {
      throw new TroopError('TROOP-1815', { ...place, reason: error.message }, { cause: error });
    }
    throw error;
  }
  if (requirement.url !== null) {
    throw new TroopError('TROOP-1816', { ...place, option: `${requirement.name} @ a URL` });
  }
  return requirement;
}
