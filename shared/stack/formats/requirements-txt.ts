// Requirements files: written from a locked stack, with the hashes that pip and uv check; read as the request of a campaign.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
import { TroopError } from '../../errors/troop-error.ts';
import { parseRequirement, type Requirement } from '../requirement.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';

export interface RequirementsTxtFormat {
  /** True writes every hash, and fails where there is none: an installer takes all hashes or none. */
  readonly hashes: boolean;
}

export interface RequirementLine {
  readonly requirement: Requirement;
  /** Lower-case hex SHA-256 of the files that may be installed; empty when the line has none. */
  readonly sha256: readonly string[];
  /** Of the first physical line, from 1. */
  readonly line: number;
}

interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

const MAX_LINES = 100_000;

/**
 * One pin a line, sorted by name, with a comment that names the stack. Complete: install it without dependencies.
 * @throws TROOP-1819 when hashes are wanted and a package has none
 */
export function formatRequirementsTxt(stack: LockedStack, format: RequirementsTxtFormat): string {
  const lines = stack.packages.map((item) => {
    const pin = `${item.name}==${item.version}`;
    return format.hashes ? [pin, ...hashOptions(item)].join(' \\\n    ') : pin;
  });
  return [`# ${stack.stack_id}`, ...lines, ''].join('\n');
}

/**
 * The requirements of a file: comments, continued lines, markers and `--hash=sha256:` are taken; every other option, and all that
 * does not come from an index, is refused by name.
 * @throws TROOP-1815, TROOP-1816, or that of `parseRequirement`, with the line
 */
export function parseRequirementsTxt(text: string): readonly RequirementLine[] {
  return logicalLines(text).map(readLine);
}

function hashOptions(item: LockedPackage): readonly string[] {
  const hashes = [...new Set(item.files.flatMap((file) => file.sha256 ?? []))];
  if (hashes.length === 0) {
    throw new TroopError('TROOP-1819', { name: item.name, version: item.version });
  }
  return hashes.map((sha256) => `--hash=sha256:${sha256}`);
}

/** Joins continued lines and drops comments; a comment ends the line that it continues. */
function logicalLines(text: string): readonly LogicalLine[] {
  const physical = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (physical.length > MAX_LINES) {
    throw new TroopError('TROOP-1815', { line: MAX_LINES, reason: 'the file has more lines than that' });
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

function readLine({ text, line }: LogicalLine): RequirementLine {
  refuseForeign(text, line);
  // Options stand behind the requirement, each after white space; a marker never has a word that begins with two dashes.
  const start = text.search(/\s--?[a-zA-Z]/);
  const body = start === -1 ? text : text.slice(0, start);
  const options = start === -1 ? [] : text.slice(start).trim().split(/\s+/);
  const sha256 = options.map((option) => readHash(option, line));
  return { requirement: requirementAt(body, line), sha256, line };
}

function readHash(option: string, line: number): string {
  const [, algorithm, digest = ''] = /^--hash=([a-z0-9]+):([0-9a-fA-F]+)$/.exec(option) ?? [];
  if (algorithm === undefined) {
    throw new TroopError('TROOP-1816', { line, option: option.split('=')[0] ?? option });
  }
  if (algorithm !== 'sha256' || digest.length !== 64) {
    throw new TroopError('TROOP-1815', { line, reason: 'only whole SHA-256 hashes are taken' });
  }
  return digest.toLowerCase();
}

function refuseForeign(text: string, line: number): void {
  const option = /^(-[a-zA-Z]|--[a-zA-Z-]+)/.exec(text)?.[1];
  if (option !== undefined) {
    throw new TroopError('TROOP-1816', { line, option });
  }
  if (/^[a-z+]+:\/\//i.test(text) || /^(?:git|hg|svn|bzr)\+/i.test(text)) {
    throw new TroopError('TROOP-1816', { line, option: 'a URL in place of a project' });
  }
  const first = /^[^\s;[\]=<>!~@]+/.exec(text)?.[0] ?? text;
  if (/^[./\\]|[/\\]|\.(?:whl|zip|tar\.gz)$/.test(first)) {
    throw new TroopError('TROOP-1816', { line, option: 'a path in place of a project' });
  }
}

function requirementAt(text: string, line: number): Requirement {
  let requirement: Requirement;
  try {
    requirement = parseRequirement(text);
  } catch (error) {
    if (error instanceof TroopError) {
      throw new TroopError('TROOP-1815', { line, reason: error.message }, { cause: error });
    }
    throw error;
  }
  if (requirement.url !== null) {
    throw new TroopError('TROOP-1816', { line, option: `${requirement.name} @ a URL` });
  }
  return requirement;
}
