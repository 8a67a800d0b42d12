// What the knowledge base asks of HTTP: bounded answers, few connections, patience with a busy server, credentials that
// go to their own origin only. Every failure is a TroopError whose facts carry no credentials.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { request as send, type Dispatcher } from 'undici';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { backoffDelayMs, type Backoff } from '../../../shared/runtime/backoff.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import { withoutCredentials, type CredentialStore } from '../../../shared/pip/credentials.ts';
import { ConnectionLimiter, type ConnectionLimits } from './connection-limiter.ts';
import type { Dispatchers } from './dispatchers.ts';
import { failureOf, isWorthRetrying, retryAfterMs } from './failures.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the decoded body; a larger one is error TROOP-1104. */
  readonly maximumBytes: number;
  readonly signal: AbortSignal;
  /** All of the answer has to be there by then: a server that sends a byte now and then would hold a connection for ever. */
  readonly deadlineMs?: number;
  /** Statuses beside 2xx that the caller wants to see; every other one is an error. */
  readonly accepts?: readonly number[];
  /** Read the body of these statuses only; that of another one is left and comes back empty. */
  readonly bodyOf?: readonly number[];
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Where the answer came from after redirects, without credentials. */
  readonly url: string;
}

export interface HttpStream extends Omit<HttpResponse, 'body'> {
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the connection and frees its place; to be called once in every case. */
  close(): void;
}

export interface HttpClient {
  /** One answer, whole; asked again with growing pauses while the server is busy or silent. */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** The answer as it comes, one attempt; `maximumBytes` is for the reader to keep. */
  open(request: HttpRequest): Promise<HttpStream>;
  /** Bytes of all bodies so far, as they came over the wire. */
  readonly bytesReceived: () => number;
}

export interface HttpClientOptions {
  readonly dispatchers: Dispatchers;
  readonly credentials: CredentialStore;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  readonly limits?: ConnectionLimits;
  readonly backoff?: Backoff;
  readonly attempts?: number;
  /** A whole answer may take this long. */
  readonly deadlineMs?: number;
  readonly userAgent?: string;
}

const maximumRedirects = 5;
/** A server that wants a longer pause than this is given up for now. */
const maximumPauseMs = 120_000;
const decoders = { gzip: promisify(gunzip), br: promisify(brotliDecompress), deflate: promisify(inflate) };

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, random } = options;
  const limiter = new ConnectionLimiter(options.limits ?? { total: 6, perHost: 4 }, clock);
  const backoff = options.backoff ?? { initialMs: 500, maximumMs: 30_000 };
  const attempts = options.attempts ?? 5;

  let received = 0;
  const open = async (wanted: HttpRequest): Promise<HttpStream> => {
    const stream = await openOnce(options, limiter, { ...wanted, signal: timely(wanted) });
    const body = counted(stream.body, (count) => {
      received += count;
    });
    return { ...stream, body };
  };

  const requestOnce = async (request: HttpRequest): Promise<HttpResponse> => {
    try {
      const stream = await open({ deadlineMs: options.deadlineMs ?? 600_000, ...request });
      try {
        const isRead = request.bodyOf?.includes(stream.status) ?? true;
        const body = isRead ? await readBody(stream, request.maximumBytes) : Buffer.alloc(0);
        return { status: stream.status, headers: stream.headers, url: stream.url, body };
      } finally {
        stream.close();
      }
    } catch (error) {
      request.signal.throwIfAborted();
      throw failureOf(error, withoutCredentials(request.url));
    }
  };

  const request = async (wanted: HttpRequest): Promise<HttpResponse> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await requestOnce(wanted);
      } catch (error) {
        if (wanted.signal.aborted || attempt + 1 >= attempts || !isWorthRetrying(error)) throw error;
        const askedMs = retryAfterMs(error, clock.nowMs());
        if (askedMs !== null && askedMs > maximumPauseMs) throw error;
        if (askedMs === null) await clock.sleep(backoffDelayMs(backoff, attempt, random), wanted.signal);
      }
    }
  };
  return { request, open, bytesReceived: () => received };
}

function timely({ signal, deadlineMs }: HttpRequest): AbortSignal {
  return deadlineMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
}

async function openOnce(
  options: HttpClientOptions,
  limiter: ConnectionLimiter,
  request: HttpRequest,
): Promise<HttpStream> {
  let url = new URL(request.url);
  for (let hops = 0; hops <= maximumRedirects; hops++) {
    const release = await limiter.acquire(url.host, request.signal);
    let answer: Dispatcher.ResponseData | undefined;
    try {
      answer = await send(url, {
        dispatcher: options.dispatchers.for(url),
        method: request.method ?? 'GET',
        headers: headersFor(options, request, url),
        signal: request.signal,
      });
    } catch (error) {
      release();
      throw error;
    }
    const headers = flatten(answer.headers);
    const target = redirectTarget(answer.statusCode, headers, url);
    if (target === null) {
      const pause = (durationMs: number): void => limiter.pause(url.host, durationMs);
      return finish(answer, { headers, url, release, request, pause, nowMs: options.clock.nowMs() });
    }
    discard(answer.body);
    release();
    url = target;
  }
  throw new TroopError('TROOP-1102', { url: withoutCredentials(request.url), reason: 'too many redirects' });
}

function finish(
  answer: Dispatcher.ResponseData,
  context: {
    readonly headers: Record<string, string>;
    readonly url: URL;
    readonly release: () => void;
    readonly request: HttpRequest;
    /** Has everybody leave the host alone. */
    readonly pause: (durationMs: number) => void;
    readonly nowMs: number;
  },
): HttpStream {
  const { headers, release, pause, nowMs } = context;
  const url = withoutCredentials(context.url.href);
  const status = answer.statusCode;
  const close = (): void => {
    discard(answer.body);
    release();
  };
  if ((status >= 200 && status < 300) || (context.request.accepts ?? []).includes(status)) {
    return { status, headers, url, body: answer.body, close };
  }
  const isRefused = status === 401 || status === 403 || status === 407;
  const error = isRefused
    ? new TroopError('TROOP-1106', { url, status })
    : new TroopError('TROOP-1103', { url, status, retryAfter: headers['retry-after'] });
  const askedMs = isWorthRetrying(error) ? retryAfterMs(error, nowMs) : null;
  // Before our place is free: whoever waits for it should know.
  if (askedMs !== null && askedMs <= maximumPauseMs) pause(askedMs);
  close();
  throw error;
}

function headersFor(options: HttpClientOptions, request: HttpRequest, url: URL): Record<string, string> {
  const credentials = options.credentials.for(url.href);
  return {
    'user-agent': options.userAgent ?? 'troop-knowledge',
    'accept-encoding': 'gzip',
    ...request.headers,
    ...(credentials === undefined ? {} : { authorization: credentials.basicAuthorization() }),
  };
}

function redirectTarget(status: number, headers: Record<string, string>, base: URL): URL | null {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  const target = URL.canParse(location, base.href) ? new URL(location, base) : null;
  // Never from HTTPS down to HTTP, and never to a file.
  if (target === null || !['http:', 'https:'].includes(target.protocol)) return null;
  return base.protocol === 'https:' && target.protocol === 'http:' ? null : target;
}

async function* counted(
  body: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    count(chunk.byteLength);
    yield chunk;
  }
}

async function readBody(stream: HttpStream, maximumBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream.body) {
    size += chunk.byteLength;
    if (size > maximumBytes) throw new TroopError('TROOP-1104', { url: stream.url, maximumBytes });
    chunks.push(chunk);
  }
  const raw = Buffer.concat(chunks);
  const encoding = stream.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === 'identity' || raw.length === 0) return raw;
  if (!isKnownEncoding(encoding)) {
    throw new TroopError('TROOP-1112', {
      what: 'the answer',
      url: stream.url,
      reason: `content encoding ${encoding}`,
    });
  }
  return decode(encoding, raw, { url: stream.url, maximumBytes });
}

async function decode(
  encoding: keyof typeof decoders,
  raw: Buffer,
  limit: { url: string; maximumBytes: number },
): Promise<Buffer> {
  try {
    return await decoders[encoding](raw, { maxOutputLength: limit.maximumBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new TroopError('TROOP-1104', limit, { cause: error });
    const reason = `it is not ${encoding}`;
    throw new TroopError('TROOP-1112', { what: 'the answer', url: limit.url, reason }, { cause: error });
  }
}

function isKnownEncoding(encoding: string): encoding is keyof typeof decoders {
  return Object.hasOwn(decoders, encoding);
}

function flatten(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** Ends a body that nobody reads to its end; its connection is closed, its error is nobody's. */
function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => {});
  body.destroy();
}
