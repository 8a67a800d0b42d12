// A real HTTP index on loopback that speaks as many dialects as real ones do, and misbehaves when told to.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sha256Of, type MadeFile } from './fake-index-files.ts';

export interface FakeIndexOptions {
  /** `negotiate` answers what Accept asks for. */
  readonly format?: 'json' | 'html' | 'negotiate';
  readonly metadata?: 'core-metadata' | 'dist-info-metadata' | 'none';
  /** `explicit`: ranges, but none from the end. */
  readonly ranges?: boolean | 'explicit';
  readonly etag?: boolean;
  readonly maxAgeSeconds?: number;
  /** `user:password` that every request must bring. */
  readonly authorization?: string;
  readonly hashes?: boolean;
  readonly sizes?: boolean;
  /** HTTPS; with `clientCertificate`, only for who shows that one. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly clientCertificate?: string };
}

export interface FakeFile extends MadeFile {
  readonly requiresPython?: string;
  readonly yanked?: string | boolean;
  readonly uploadTime?: string;
  /** What the index says, where that is a lie. */
  readonly announcedSha256?: string;
  readonly announcedMetadataSha256?: string;
}

/** What is done instead of answering. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string | Buffer;
    }
  | { readonly kind: 'silence' }
  /** The true answer, but not before. */
  | { readonly kind: 'held'; readonly until: Promise<void> }
  /** A page that never ends. */
  | { readonly kind: 'endless' }
  | { readonly kind: 'cut'; readonly afterBytes: number };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface FakeIndex {
  /** Of the simple index, without a slash at its end. */
  readonly url: string;
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  add(project: string, ...files: readonly FakeFile[]): void;
  remove(project: string): void;
  /** Applies to the next `times` requests whose path matches. */
  fail(path: RegExp, fault: Fault, times?: number): void;
  forgetRequests(): void;
  /** Resolves when a request whose path matches has come. */
  whenAsked(path: RegExp): Promise<void>;
  close(): Promise<void>;
}

interface Trouble {
  readonly path: RegExp;
  readonly fault: Fault;
  left: number;
}

export async function startFakeIndex(options: FakeIndexOptions = {}): Promise<FakeIndex> {
  const projects = new Map<string, FakeFile[]>();
  const requests: SeenRequest[] = [];
  const troubles: Trouble[] = [];
  const waiting: { path: RegExp; wake: () => void }[] = [];

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '/';
    requests.push({ method: request.method ?? 'GET', path, headers: request.headers });
    for (const waiter of waiting) if (waiter.path.test(path)) waiter.wake();
    const trouble = troubles.find((item) => item.left > 0 && item.path.test(path));
    if (trouble !== undefined) {
      trouble.left -= 1;
      if (trouble.fault.kind === 'held') {
        void trouble.fault.until.then(() => answer(options, projects, request, response));
      } else misbehave(trouble.fault, response);
      return;
    }
    answer(options, projects, request, response);
  };
  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/simple`,
    origin,
    requests,
    add: (project, ...files) => {
      projects.set(project, [...(projects.get(project) ?? []), ...files]);
    },
    remove: (project) => {
      projects.delete(project);
    },
    fail: (path, fault, times = Infinity) => {
      troubles.push({ path, fault, left: times });
    },
    forgetRequests: () => {
      requests.length = 0;
    },
    whenAsked: (path) =>
      new Promise((resolve) => {
        if (requests.some((request) => path.test(request.path))) resolve();
        else waiting.push({ path, wake: resolve });
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function createTlsServer(
  tls: NonNullable<FakeIndexOptions['tls']>,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const ca = tls.clientCertificate;
  const authority = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  return createHttpsServer({ cert: tls.certificate, key: tls.key, ...authority }, listener);
}

function misbehave(fault: Exclude<Fault, { kind: 'held' }>, response: ServerResponse): void {
  if (fault.kind === 'silence') return;
  if (fault.kind === 'endless') {
    response.writeHead(200, { 'content-type': 'text/html' });
    const line = Buffer.from('<a href="x">x</a>\n'.repeat(4096));
    const more = (): void => {
      while (!response.destroyed && response.write(line));
    };
    response.on('drain', more);
    more();
    return;
  }
  if (fault.kind === 'answer') {
    response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000000' });
  response.write(Buffer.alloc(fault.afterBytes, 'a'), () => response.destroy());
}

function answer(
  options: FakeIndexOptions,
  projects: ReadonlyMap<string, readonly FakeFile[]>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const expected = options.authorization;
  const given = request.headers.authorization;
  if (expected !== undefined && given !== `Basic ${Buffer.from(expected).toString('base64')}`) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="index"' }).end();
    return;
  }
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const project = /^\/simple\/([^/]+)\/$/.exec(path)?.[1];
  if (project !== undefined) {
    const files = projects.get(project);
    if (files === undefined) response.writeHead(404).end('not found');
    else sendPage(options, project, files, { request, response });
    return;
  }
  sendFile(options, [...projects.values()].flat(), path, { request, response });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function sendPage(
  options: FakeIndexOptions,
  project: string,
  files: readonly FakeFile[],
  { request, response }: Exchange,
): void {
  const wantsJson = (request.headers.accept ?? '').includes('application/vnd.pypi.simple.v1+json');
  const format = options.format ?? 'negotiate';
  const isJson = format === 'json' || (format === 'negotiate' && wantsJson);
  const body = isJson ? jsonPage(options, project, files) : htmlPage(options, files);
  const etag = `"${sha256Of(body).slice(0, 16)}"`;
  const headers: Record<string, string> = {
    'content-type': isJson ? 'application/vnd.pypi.simple.v1+json' : 'text/html; charset=utf-8',
    ...(options.etag === true ? { etag } : {}),
    ...(options.maxAgeSeconds === undefined ? {} : { 'cache-control': `max-age=${options.maxAgeSeconds}` }),
  };
  if (options.etag === true && request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, headers).end(body);
}

function metadataHash(file: FakeFile): string {
  return file.announcedMetadataSha256 ?? sha256Of(file.metadata);
}

function jsonPage(options: FakeIndexOptions, name: string, files: readonly FakeFile[]): string {
  const key = options.metadata ?? 'core-metadata';
  const entries = files.map((file) => ({
    filename: file.filename,
    url: `../../files/${file.sha256}/${file.filename}`,
    hashes: options.hashes === false ? {} : { sha256: file.announcedSha256 ?? file.sha256 },
    'requires-python': file.requiresPython ?? null,
    yanked: file.yanked ?? false,
    ...(options.sizes === false ? {} : { size: file.bytes.length }),
    ...(file.uploadTime === undefined ? {} : { 'upload-time': file.uploadTime }),
    ...(key === 'none' || !file.filename.endsWith('.whl') ? {} : { [key]: { sha256: metadataHash(file) } }),
  }));
  return JSON.stringify({ meta: { 'api-version': '1.1' }, name, files: entries });
}

function htmlPage(options: FakeIndexOptions, files: readonly FakeFile[]): string {
  const key = options.metadata ?? 'core-metadata';
  const escape = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const anchors = files.map((file) => {
    const fragment = options.hashes === false ? '' : `#sha256=${file.announcedSha256 ?? file.sha256}`;
    const attributes = [
      `href="../../files/${file.sha256}/${file.filename}${fragment}"`,
      ...(file.requiresPython === undefined ? [] : [`data-requires-python="${escape(file.requiresPython)}"`]),
      ...(file.yanked === undefined || file.yanked === false ? [] : [`data-yanked="${String(file.yanked)}"`]),
      ...(key === 'none' || !file.filename.endsWith('.whl')
        ? []
        : [`data-${key}="sha256=${metadataHash(file)}"`]),
    ];
    return `<a ${attributes.join(' ')}>${file.filename}</a><br>`;
  });
  return `<!DOCTYPE html><html><body>\n${anchors.join('\n')}\n</body></html>`;
}

function sendFile(
  options: FakeIndexOptions,
  files: readonly FakeFile[],
  path: string,
  { request, response }: Exchange,
): void {
  const [, , sha256, filename = ''] = path.split('/');
  const file = files.find((item) => item.sha256 === sha256);
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (filename.endsWith('.metadata')) {
    if (options.metadata === 'none') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.metadata);
    return;
  }
  sendBytes(options, file.bytes, { request, response });
}

function sendBytes(options: FakeIndexOptions, bytes: Buffer, { request, response }: Exchange): void {
  const total = bytes.length;
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  if (match === null || options.ranges === false) {
    const headers = { 'content-type': 'application/zip', 'content-length': String(total) };
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  const [, first = '', last = ''] = match;
  if (first === '' && options.ranges === 'explicit') {
    response.writeHead(416, { 'content-range': `bytes */${total}` }).end();
    return;
  }
  const start = first === '' ? Math.max(0, total - Number(last)) : Number(first);
  const wantedEnd = first === '' || last === '' ? total - 1 : Number(last);
  const part = bytes.subarray(start, wantedEnd + 1);
  const range = `bytes ${start}-${start + part.length - 1}/${total}`;
  response.writeHead(206, { 'content-range': range, 'content-type': 'application/zip' }).end(part);
}
