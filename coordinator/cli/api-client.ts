// The CLI's way to the coordinator: bearer token, JSON, and errors that come back as the catalogue entries they are.
import { request, type Dispatcher } from 'undici';
import type { Readable } from 'node:stream';
import { isErrorCode } from '../../shared/errors/catalogue.ts';
import { TroopError, type ErrorFacts } from '../../shared/errors/troop-error.ts';

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

export function createApiClient(options: { url: string; token: string; timeoutMs: number }): ApiClient {
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
      throw new TroopError('TROOP-1003', { url: options.url, reason: reasonOf(error) }, { cause: error });
    }
    if (answer.statusCode >= 400) throw await problemOf(answer, options.url);
    return answer;
  };

  const json = async <Answer>(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
  ): Promise<Answer> => {
    const answer = await call(method, path, body);
    const text = await answer.body.text();
    try {
      return (text === '' ? null : JSON.parse(text)) as Answer;
    } catch (error) {
      const reason = 'something else answers there, and not in JSON';
      throw new TroopError('TROOP-1003', { url: options.url, reason }, { cause: error });
    }
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
async function problemOf(answer: Dispatcher.ResponseData, url: string): Promise<TroopError> {
  const text = await answer.body.text();
  try {
    const problem = JSON.parse(text) as { code?: string; facts?: ErrorFacts; detail?: string };
    if (problem.code !== undefined && isErrorCode(problem.code)) {
      return new TroopError(problem.code, problem.facts ?? {});
    }
    return new TroopError('TROOP-1001', { reason: problem.detail ?? `HTTP ${answer.statusCode}` });
  } catch {
    return new TroopError('TROOP-1003', { url, reason: `HTTP ${answer.statusCode} without a readable body` });
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
