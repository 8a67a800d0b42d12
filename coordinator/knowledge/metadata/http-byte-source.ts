// A file on a server that answers range requests (RFC 9110 section 14). The end is fetched first: a zip is read from
// there, and in most wheels the metadata lies beside it, so that one request is all it takes.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { HttpClient, HttpResponse } from '../http/http-client.ts';
import { windowed, type ByteSource } from '../../../shared/runtime/byte-source.ts';

export interface RemoteFile {
  readonly url: string;
  /** In bytes, as the index says; null when it does not. */
  readonly size: number | null;
}

const unknownTailBytes = 64 * 1024;
const windowBytes = 32 * 1024;
/** What servers answer that cannot do ranges, or not from the end. */
const refusals = [200, 400, 405, 416, 501];

/** A source that reads by ranges, or null when the server has none. */
export async function openHttpSource(
  client: HttpClient,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<ByteSource | null> {
  const ask = (range: string): Promise<HttpResponse> => askRange(client, file.url, range, signal);
  let size = file.size;
  let tail = await ask(size === null ? `bytes=-${unknownTailBytes}` : tailRange(size));
  if (tail.status !== 206 && tail.status !== 200 && size === null) {
    // Some servers know ranges but not suffix ranges: ask for the size first.
    size = await sizeOf(client, file.url, signal);
    if (size === null) return null;
    tail = await ask(tailRange(size));
  }
  const got = tail.status === 206 ? contentRange(tail) : null;
  if (got === null || (size !== null && got.total !== size)) return null;
  const source: ByteSource = {
    size: got.total,
    read: async (start, length) => {
      const answer = await ask(`bytes=${start}-${start + length - 1}`);
      const range = answer.status === 206 ? contentRange(answer) : null;
      if (
        range === null ||
        range.start !== start ||
        range.total !== got.total ||
        answer.body.length !== length
      ) {
        throw new TroopError('TROOP-1112', {
          what: 'the partial answer',
          url: answer.url,
          reason: 'it is another range than was asked for',
        });
      }
      return answer.body;
    },
    close: async () => {},
  };
  return windowed(source, windowBytes, { start: got.start, bytes: tail.body });
}

/** A large wheel has many files, and so a long directory at its end. */
function tailRange(size: number): string {
  const tailBytes = Math.min(128 * 1024, Math.max(24 * 1024, Math.ceil(size / 64)));
  return `bytes=${Math.max(0, size - tailBytes)}-${Math.max(0, size - 1)}`;
}

function askRange(
  client: HttpClient,
  url: string,
  range: string,
  signal: AbortSignal,
): Promise<HttpResponse> {
  return client.request({
    url,
    headers: { range, 'accept-encoding': 'identity' },
    maximumBytes: 64 * 1024 * 1024,
    signal,
    accepts: refusals,
    bodyOf: [206],
  });
}

async function sizeOf(client: HttpClient, url: string, signal: AbortSignal): Promise<number | null> {
  const headers = { 'accept-encoding': 'identity' };
  const answer = await client.request({
    url,
    method: 'HEAD',
    headers,
    maximumBytes: 0,
    signal,
    accepts: refusals,
  });
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  return answer.status === 200 && Number.isSafeInteger(length) && length > 0 ? length : null;
}

/** `bytes 10-19/200`, when it is whole and fits the body. */
function contentRange(answer: HttpResponse): { start: number; total: number } | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(
    answer.headers['content-range']?.trim() ?? '',
  );
  if (match === null) return null;
  const [start, end, total] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return end - start + 1 === answer.body.length && end < total ? { start, total } : null;
}
