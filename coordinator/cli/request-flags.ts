// The options with which commands take files of requirements, and what they come to together with the words of the call.
import { readFile, stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { indexNotes } from '../inputs/index-notes.ts';
import { readConstraintsFile, readRequestFile } from '../inputs/read-request.ts';
import { EMPTY_REQUEST, joinRequests, type RequestText } from '../inputs/request-text.ts';
import { collect } from './nouns/common.ts';

export interface RequestFlags {
  readonly requirement?: readonly string[];
  readonly constraint?: readonly string[];
  readonly group?: readonly string[];
  readonly extra?: readonly string[];
}

export function requestOptions(command: Command): Command {
  return command
    .option(
      '-r, --requirement <file>',
      'requirements.txt, Pipfile or pyproject.toml to read requirements from (repeatable)',
      collect,
      [],
    )
    .option('-c, --constraint <file>', 'a file of constraints (repeatable)', collect, [])
    .option(
      '--group <name>',
      'a dependency group of the file; dev: the dev-packages of a Pipfile (repeatable)',
      collect,
      [],
    )
    .option('--extra <name>', 'an extra of the pyproject.toml (repeatable)', collect, []);
}

/** The requirements of the call and of all files, with sentences on what has no effect. @throws TROOP-1903 when there are none */
export async function readRequestFlags(
  requirements: readonly string[],
  flags: RequestFlags,
): Promise<RequestText> {
  const options = { groups: flags.group ?? [], extras: flags.extra ?? [] };
  const requests: RequestText[] = [{ ...EMPTY_REQUEST, requirements }];
  for (const path of flags.requirement ?? []) requests.push(await readRequestFile(path, readText, options));
  for (const path of flags.constraint ?? []) requests.push(await readConstraintsFile(path, readText));
  const request = joinRequests(requests);
  if (request.requirements.length === 0) throw new TroopError('TROOP-1903');
  return { ...request, notes: [...request.notes, ...indexNotes(request.indexes)] };
}

const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** @throws TROOP-1008 */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= MAX_FILE_BYTES) return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TroopError('TROOP-1008', { path, reason }, { cause: error });
  }
  throw new TroopError('TROOP-1008', { path, reason: `it is longer than ${MAX_FILE_BYTES} bytes` });
}
