// The CLI's way to the coordinator: bearer token, JSON, and errors that come back as the catalogue entries they are.
import { request, type Dispatcher } from 'undici';
import type { Readable } from 'node:stream';
import { errorOfProblem } from '../../shared/errors/error-of-problem.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { readAnswer } from '../../shared/runtime/bounded-answer.ts';

export interface ApiClient {
  readonly url: string;
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: unknown): Promise<Answer>;
  delete<Answer>(path: string): Promise<Answer>;
  /** The body as a stream, for exports. */
  download(path: string): Promise<Readable>;
  /** Sends a stream, for imports. */
  upload<Answer>(path: string, body: Readable): Promise<Answer>;
}

export interface ApiClientOptions {
  readonly url: string;
  readonly token: string;
  /** How long the beginning of an answer, and then its end, may take. */
  readonly timeoutMs: number;
  /** No answer of a coordinator is longer. */
  readonly answerBytes?: number;
}

/** A page of ten thousand stacks with their files has a tenth of it. */
const ANSWER_BYTES = 256 * 1024 * 1024;

export function createApiClient(options: ApiClientOptions): ApiClient {
  const limits = { bytes: options.answerBytes ?? ANSWER_BYTES, withinMs: options.timeoutMs };
  const silent = (error: unknown): TroopError =>
    new TroopError('TROOP-1003', { url: options.url, reason: reasonOf(error) }, { cause: error });
  const textOf = (answer: Dispatcher.ResponseData): Promise<string> =>
    readAnswer(answer.body, limits).catch((error: unknown) => Promise.reject(silent(error)));

  const call = async (
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
  ): Promise<Dispatcher.ResponseData> => {
    const isStream = body !== undefined && typeof body === 'object' && body !== null && 'pipe' in body;
    const type = isStream ? 'application/octet-stream' : 'application/json';
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(`${options.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { body: isStream ? (body as Readable) : JSON.stringify(body) }),
        headersTimeout: options.timeoutMs,
        bodyTimeout: options.timeoutMs,
      });
    } catch (error) {
      throw silent(error);
    }
    if (answer.statusCode >= 400) throw problemOf(await textOf(answer), answer.statusCode, options.url);
    return answer;
  };

  const json = async <Answer>(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const answer = await call(method, path, body);
    const text = await textOf(answer);
    const value = text === '' ? null : parsed(text);
    // Where nothing is to be said, nothing is said.
    const isAnswer =
      (text === '' && answer.statusCode === 204) || (typeof value === 'object' && value !== null);
    if (isAnswer) return value as Answer;
    throw silent(new Error('something else answers there, and not in JSON'));
  };

  return {
    url: options.url,
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body ?? {}),
    delete: (path) => json('DELETE', path),
    download: async (path) => (await call('GET', path)).body,
    upload: (path, body) => json('POST', path, body),
  };
}

/** RFC 9457 problem details, with our code as an extension. */
function problemOf(text: string, status: number, url: string): TroopError {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) {
    return new TroopError('TROOP-1003', { url, reason: `HTTP ${status} without a readable body` });
  }
  const { detail } = value as { readonly detail?: unknown };
  const said = typeof detail === 'string' ? `: ${detail.slice(0, 1000)}` : '';
  return errorOfProblem(value) ?? new TroopError('TROOP-1003', { url, reason: `HTTP ${status}${said}` });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
