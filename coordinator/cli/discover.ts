// How the CLI finds the coordinator: the address and token that were given, else those that a running one left under
// its data directory.
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readBoundedText, SMALL_FILE_BYTES } from '../../shared/runtime/bounded-file.ts';
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
  const url = addressOf(flags.url ?? environment['TROOP_URL'] ?? (await readNote(directory)).url);
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

/** @throws TROOP-1002 */
function addressOf(url: string): string {
  const isAddress = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (isAddress) return url;
  const reason = `'${url}' is no http(s) address`;
  throw new TroopError('TROOP-1002', { what: 'the address of the coordinator', reason });
}

async function readNote(directory: string): Promise<Pick<CoordinatorNote, 'url'>> {
  const path = join(directory, noteName);
  const absent = (reason: string, cause?: unknown): TroopError =>
    new TroopError('TROOP-1003', { url: 'this machine', reason }, { cause });
  let text: string;
  try {
    text = await readBoundedText(path, SMALL_FILE_BYTES);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) throw absent(`no coordinator runs with the data directory ${directory}`, error);
    throw absent(error instanceof Error ? error.message : String(error), error);
  }
  const url = urlIn(text);
  if (url === null) throw absent(`what it left in ${path} is damaged`);
  return { url };
}

function urlIn(text: string): string | null {
  try {
    const note: unknown = JSON.parse(text);
    const isNote = typeof note === 'object' && note !== null && 'url' in note;
    return isNote && typeof note.url === 'string' ? note.url : null;
  } catch {
    return null;
  }
}

async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    text = await readBoundedText(path, SMALL_FILE_BYTES);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const reason = `no token can be read from ${path}: ${why}`;
    throw new TroopError('TROOP-1004', { reason }, { cause: error });
  }
  const token = text.trim();
  if (!/^[\x21-\x7e]{1,200}$/.test(token)) {
    throw new TroopError('TROOP-1004', { reason: `${path} holds no single token` });
  }
  return token;
}
