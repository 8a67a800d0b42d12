// Reads the file of a request, whatever kind of file it is: chosen by its name, and by its content where the name says nothing.
import { basename } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readPipfile } from './read-pipfile.ts';
import { readPyproject } from './read-pyproject.ts';
import { readRequirements, type ReadText } from './read-requirements.ts';
import type { RequestOptions, RequestText } from './request-text.ts';

export type RequestKind = 'requirements' | 'pipfile' | 'pyproject' | 'lock' | 'unknown';

/**
 * The request of a file. `path` is what errors call it; the files that it includes are read relative to it.
 * @throws TROOP-2004 for another kind of file, or the errors of its kind
 */
export async function readRequestFile(
  path: string,
  readText: ReadText,
  options: RequestOptions = {},
): Promise<RequestText> {
  const text = await readText(path);
  switch (kindOf(path, text)) {
    case 'pipfile':
      return readPipfile(text, path, options);
    case 'pyproject':
      return readPyproject(text, path, options);
    case 'requirements':
      refuseParts(path, options);
      return await readRequirements(path, text, { readText, isConstraints: false });
    case 'lock':
      throw new TroopError('TROOP-2004', { file: path, reason: 'it is a lock: it pins one stack' });
    case 'unknown':
      throw new TroopError('TROOP-2004', {
        file: path,
        reason: 'neither its name nor its content is of a known kind',
      });
  }
}

/** A constraints file: all that it says bounds versions, and asks for nothing. @throws as `readRequestFile` */
export async function readConstraintsFile(path: string, readText: ReadText): Promise<RequestText> {
  const text = await readText(path);
  if (kindOf(path, text) !== 'requirements') {
    throw new TroopError('TROOP-2004', {
      file: path,
      reason: 'constraints are read from a requirements file',
    });
  }
  return await readRequirements(path, text, { readText, isConstraints: true });
}

export function kindOf(path: string, text: string): RequestKind {
  const name = basename(path).toLowerCase();
  const start = text.slice(0, 100_000);
  if (name.endsWith('.lock') || /^pylock(?:\.[^.]+)?\.toml$/.test(name)) return 'lock';
  if (/\.(?:py|cfg|ya?ml|ini|whl|zip|gz)$/.test(name)) return 'unknown';
  if (/^\s*\{/.test(start)) return /"_meta"|"stack_id"/.test(start) ? 'lock' : 'pipfile';
  if (/^[ \t]*lock-version[ \t]*=/m.test(start)) return 'lock';
  if (name === 'pipfile' || /^[ \t]*\[{1,2}(?:packages|dev-packages|source)\]/m.test(start)) return 'pipfile';
  if (name.endsWith('.toml') || /^[ \t]*\[(?:project|build-system|dependency-groups)\]/m.test(start)) {
    return 'pyproject';
  }
  return 'requirements';
}

function refuseParts(file: string, { groups = [], extras = [] }: RequestOptions): void {
  const [name] = [...groups, ...extras];
  if (name === undefined) return;
  const known = 'none: a requirements file has no parts';
  throw new TroopError('TROOP-2005', { file, kind: 'group or extra', name, known });
}
