// Requirements files with what they include. Paths are relative to the file that names them; a constraints file makes
// constraints of all its lines; cycles, depth, number and size of files are bounded.
// https://pip.pypa.io/en/stable/reference/requirements-file-format/
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { parseRequirementsTxt, type RequirementsEntry } from '../../shared/stack/formats/requirements-txt.ts';
import { EMPTY_REQUEST, joinRequests, namedByAddress, type RequestText } from './request-text.ts';

const MAX_DEPTH = 20;
const MAX_FILES = 200;
const MAX_LENGTH = 32 * 1024 * 1024;

export type ReadText = (path: string) => Promise<string>;

interface Walk {
  readonly readText: ReadText;
  /** `-r path` and `-c path` of the files that were taken: a second mention adds nothing. */
  readonly seen: Set<string>;
  length: number;
}

interface Visit {
  readonly path: string;
  readonly text: string;
  readonly isConstraints: boolean;
  /** Paths from the first file to this one. */
  readonly chain: readonly string[];
}

/** @throws TROOP-1815, TROOP-1816, TROOP-2003, and what `readText` throws */
export async function readRequirements(
  path: string,
  text: string,
  options: { readonly readText: ReadText; readonly isConstraints: boolean },
): Promise<RequestText> {
  const { readText, isConstraints } = options;
  const walk: Walk = { readText, seen: new Set([keyOf(path, isConstraints)]), length: text.length };
  return await visit({ path, text, isConstraints, chain: [path] }, walk);
}

const keyOf = (path: string, isConstraints: boolean): string => `${isConstraints ? '-c' : '-r'} ${path}`;

async function visit(file: Visit, walk: Walk): Promise<RequestText> {
  const parts: RequestText[] = [];
  for (const entry of parseRequirementsTxt(file.text, file.path)) {
    if (entry.kind === 'include') parts.push(await include(file, entry, walk));
    else parts.push(requestOf(entry, file));
  }
  return joinRequests(parts);
}

async function include(
  file: Visit,
  entry: Extract<RequirementsEntry, { kind: 'include' }>,
  walk: Walk,
): Promise<RequestText> {
  const path = isAbsolute(entry.path) ? normalize(entry.path) : join(dirname(file.path), entry.path);
  const by = `line ${entry.line} of ${file.path}`;
  const refuse = (reason: string): TroopError => new TroopError('TROOP-2003', { file: path, by, reason });
  if (file.chain.includes(path)) throw refuse(`it includes itself (${[...file.chain, path].join(' > ')})`);
  if (file.chain.length >= MAX_DEPTH) throw refuse(`it is more than ${MAX_DEPTH} files deep`);
  const key = keyOf(path, entry.isConstraints);
  if (walk.seen.has(key)) return EMPTY_REQUEST;
  if (walk.seen.size >= MAX_FILES) throw refuse(`more than ${MAX_FILES} files are included`);
  walk.seen.add(key);
  const text = await walk.readText(path);
  walk.length += text.length;
  if (walk.length > MAX_LENGTH) throw refuse('all files together are too large');
  const { isConstraints } = entry;
  return await visit({ path, text, isConstraints, chain: [...file.chain, path] }, walk);
}

function requestOf(entry: Exclude<RequirementsEntry, { kind: 'include' }>, file: Visit): RequestText {
  const place = `line ${entry.line} of ${file.path}`;
  switch (entry.kind) {
    case 'requirement': {
      const { requirement, sha256 } = entry;
      const hashes = sha256.length === 0 ? {} : { [requirement.name]: sha256 };
      const texts = [requirement.text];
      return {
        ...EMPTY_REQUEST,
        hashes,
        ...(file.isConstraints ? { constraints: texts } : { requirements: texts }),
      };
    }
    case 'prereleases':
      return { ...EMPTY_REQUEST, allowPrereleases: true };
    case 'index': {
      const index = namedByAddress(entry.location);
      if (index !== null && entry.option !== '--find-links') return { ...EMPTY_REQUEST, indexes: [index] };
      return {
        ...EMPTY_REQUEST,
        notes: [`${place} names a folder or page of files with ${entry.option}: it has no effect`],
      };
    }
    case 'ignored':
      return { ...EMPTY_REQUEST, notes: [`${place} has ${entry.option}: it has no effect`] };
  }
}
