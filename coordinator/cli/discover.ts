// How the CLI finds the coordinator: the address and token that were given, else those that a running one left under
// its data directory.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { dataDirectoryLayout, defaultDataDirectory } from '../embedded/data-directory.ts';
import { createApiClient, type ApiClient } from './api-client.ts';

export interface ConnectionFlags {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly data?: string;
}

/** Written by `troop up` (mode 0600); read here. */
export interface CoordinatorNote {
  readonly url: string;
  readonly pid: number;
  readonly startedAt: string;
}

export const noteName = 'coordinator.json';
export const tokenName = 'operator-token';

const REQUEST_TIMEOUT_MS = 120_000;

export async function connect(flags: ConnectionFlags, environment: NodeJS.ProcessEnv): Promise<ApiClient> {
  const directory = flags.data ?? defaultDataDirectory(environment, process.getuid?.() === 0);
  const url = flags.url ?? environment['TROOP_URL'] ?? (await readNote(directory)).url;
  const tokenFile =
    flags.tokenFile ??
    environment['TROOP_TOKEN_FILE'] ??
    join(dataDirectoryLayout(directory).secrets, tokenName);
  return createApiClient({
    url: url.replace(/\/+$/, ''),
    token: await readToken(tokenFile),
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
}

async function readNote(directory: string): Promise<CoordinatorNote> {
  try {
    return JSON.parse(await readFile(join(directory, noteName), 'utf8')) as CoordinatorNote;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing
      ? `no coordinator runs with the data directory ${directory}`
      : (error as Error).message;
    throw new TroopError('TROOP-1003', { url: 'this machine', reason }, { cause: error });
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new TroopError('TROOP-1004', { reason: `no token can be read from ${path}` }, { cause: error });
  }
}
