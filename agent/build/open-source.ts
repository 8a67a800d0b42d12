// Opening the content of one file at its address. Answers bytes, or throws what that address is worth: gone, refused, or
// not reachable now.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { createRedactor } from '../sandbox/redact.ts';

const redact = createRedactor();

/** TROOP-1404 gone · TROOP-1414 refused · TROOP-1403 not reachable; `url` is `http(s)://` or `file://`. */
export async function openSource(url: string, http: Dispatcher, signal: AbortSignal): Promise<Readable> {
  if (url.startsWith('file:')) return openLocal(url);
  if (!/^https?:/.test(url)) throw unreachable(url, 'only http, https and file addresses are fetched');
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(url, { dispatcher: http, signal, headers: { 'accept-encoding': 'identity' } });
  } catch (error) {
    throw unreachable(url, reasonOf(error), error);
  }
  const { statusCode, body } = answer;
  if (statusCode === 200) return body;
  await body.dump().catch(() => {});
  const shown = redact(url);
  if (statusCode === 404 || statusCode === 410) throw new TroopError('TROOP-1404', { url: shown });
  if (statusCode === 401 || statusCode === 403 || statusCode === 407) {
    throw new TroopError('TROOP-1414', { url: shown, reason: `HTTP ${statusCode}` });
  }
  throw unreachable(url, `HTTP ${statusCode}`);
}

/**
 * A folder that only the coordinator's machine has is not reachable here, which is not the same as gone. Without waiting for
 * whoever writes to a pipe: nothing would end that.
 */
async function openLocal(url: string): Promise<Readable> {
  try {
    const file = await open(fileURLToPath(url), constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file.createReadStream();
    await file.close();
  } catch (error) {
    throw unreachable(url, reasonOf(error), error);
  }
  throw unreachable(url, 'it is no file');
}

/** The error of a stream that broke half-way, as what it is. */
export function brokenTransfer(url: string, error: unknown): TroopError {
  return unreachable(url, reasonOf(error), error);
}

function unreachable(url: string, reason: string, cause?: unknown): TroopError {
  return new TroopError('TROOP-1403', { url: redact(url), reason: redact(reason) }, { cause });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? `${String(error.code)}: ` : '';
  return `${code}${error.message}`;
}
