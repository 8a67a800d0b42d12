// What the words of a call, and the files that its options name, ask for together.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readNamedText } from '../../shared/runtime/named-file.ts';
import { indexNotes } from '../inputs/index-notes.ts';
import { readConstraintsFile, readRequestFile } from '../inputs/read-request.ts';
import { EMPTY_REQUEST, joinRequests, type RequestText } from '../inputs/request-text.ts';
import type { KnownIndexes } from './known-indexes.ts';

export interface RequestFlags {
  readonly requirement?: readonly string[];
  readonly constraint?: readonly string[];
  readonly group?: readonly string[];
  readonly extra?: readonly string[];
}

/**
 * The requirements of the call and of all files, with sentences on what has no effect. `knownIndexes` is asked where a file names
 * one. @throws TROOP-1903 when there are none
 */
export async function readRequestFlags(
  requirements: readonly string[],
  flags: RequestFlags,
  knownIndexes: KnownIndexes,
): Promise<RequestText> {
  const options = { groups: flags.group ?? [], extras: flags.extra ?? [] };
  const requests: RequestText[] = [{ ...EMPTY_REQUEST, requirements }];
  for (const path of flags.requirement ?? []) requests.push(await readRequestFile(path, readText, options));
  for (const bound of flags.constraint ?? []) {
    requests.push(
      isBound(bound)
        ? { ...EMPTY_REQUEST, constraints: [bound] }
        : await readConstraintsFile(bound, readText),
    );
  }
  const request = joinRequests(requests);
  if (request.requirements.length === 0) throw new TroopError('TROOP-1903');
  const known = request.indexes.length === 0 ? [] : await knownIndexes();
  return { ...request, notes: [...request.notes, ...indexNotes(request.indexes, known)] };
}

/** A constraint bounds versions; a path that has such a sign can be written with a `./` before it. */
function isBound(text: string): boolean {
  return /^[^./][^/]*[<>=!~]/.test(text);
}

/** Of any file that people name in a call. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** @throws TROOP-1008 */
export async function readText(path: string): Promise<string> {
  return await readNamedText(path, MAX_FILE_BYTES);
}
