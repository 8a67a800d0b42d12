// Fetching against a real HTTP server that fails in the ways that servers fail.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  fetchFiles,
  type FetchFromCoordinator,
  type FetchOptions,
} from '../../../agent/build/fetch-files.ts';
import { createHttpDispatcher } from '../../../agent/build/http-dispatcher.ts';
import type { PlannedFile } from '../../../agent/build/plan-files.ts';
import { WheelStore } from '../../../agent/build/wheel-store.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';

const CONTENT = Buffer.from('the content of a wheel'.repeat(1000));
const HASH = createHash('sha256').update(CONTENT).digest('hex');
const never = new AbortController().signal;
const ids = uuidIds(systemClock);

let root: string;
let base: string;
let http: Dispatcher;
let requests: string[];
let handler: (request: IncomingMessage, response: ServerResponse, count: number) => void;

const server = createServer((request, response) => {
  requests.push(request.url ?? '');
  handler(request, response, requests.length);
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-fetch-'));
  requests = [];
  handler = (_request, response) => response.end(CONTENT);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  http = await createHttpDispatcher();
});

afterEach(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true, force: true });
});

function options(overrides: Partial<FetchOptions> = {}): FetchOptions {
  const nobody: FetchFromCoordinator = () => Promise.reject(new Error('nothing here'));
  return {
    store: new WheelStore({ root, nextId: () => ids.next() }),
    http,
    fetchFromCoordinator: nobody,
    // Waits between attempts are nothing that a test has to live through.
    clock: { ...systemClock, sleep: () => Promise.resolve() },
    random: () => 0,
    maximumFileBytes: 1024 ** 2,
    ...overrides,
  };
}

function planned(overrides: Partial<PlannedFile> = {}): PlannedFile {
  return {
    name: 'one',
    version: '1.0',
    index: 'pip',
    filename: 'one-1.0-py3-none-any.whl',
    sha256: HASH,
    url: `${base}/files/one.whl`,
    isVariant: false,
    isSdist: false,
    ...overrides,
  };
}

const fetchAll = (plan: readonly PlannedFile[], overrides?: Partial<FetchOptions>, signal = never) =>
  fetchFiles(plan, options(overrides), () => {}, signal);

test('a file is fetched once, verified, and found the next time', async () => {
  const first = await fetchAll([planned()]);
  expect(first.downloadedBytes).toBe(CONTENT.length);
  expect(await readFile(first.files[0]?.local?.path ?? '')).toEqual(CONTENT);
  const second = await fetchAll([planned()]);
  expect(second).toEqual({ files: first.files, downloadedBytes: 0, reused: 1 });
  expect(requests).toEqual(['/files/one.whl']);
});

test('redirects are followed, and a file without a listed hash gets the one that it has', async () => {
  handler = (request, response) => {
    if (request.url === '/moved') response.end(CONTENT);
    else response.writeHead(302, { location: '/moved' }).end();
  };
  const { files } = await fetchAll([planned({ sha256: null })]);
  expect(files[0]?.local?.sha256).toBe(HASH);
});

test('a server that is busy, or breaks off half-way, is asked again', async () => {
  handler = (_request, response, count) => {
    if (count === 1) response.writeHead(503).end();
    else if (count === 2) {
      response.writeHead(200, { 'content-length': String(CONTENT.length) });
      response.write(CONTENT.subarray(0, 100), () => response.destroy());
    } else response.end(CONTENT);
  };
  expect((await fetchAll([planned()])).downloadedBytes).toBe(CONTENT.length);
  expect(requests).toHaveLength(3);
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
});

test.each([
  [404, 'TROOP-1404', 1],
  [410, 'TROOP-1404', 1],
  [401, 'TROOP-1414', 1],
  [403, 'TROOP-1414', 1],
  [500, 'TROOP-1403', 3],
])('HTTP %i ends with %s after %i requests', async (status, code, count) => {
  handler = (_request, response) => response.writeHead(status).end('no');
  await expect(fetchAll([planned()])).rejects.toMatchObject({ code });
  expect(requests).toHaveLength(count);
});

test('the coordinator is asked by hash when the address does not help', async () => {
  handler = (_request, response) => response.writeHead(401).end();
  const { files, downloadedBytes } = await fetchAll([planned()], {
    fetchFromCoordinator: (sha256) =>
      sha256 === HASH ? Promise.resolve(Readable.from([CONTENT])) : Promise.reject(new Error('unknown')),
  });
  expect(files[0]?.local?.sha256).toBe(HASH);
  expect(downloadedBytes).toBe(CONTENT.length);
});

test('a transfer that breaks before anybody reads it is a broken transfer, and ends nothing else', async () => {
  handler = (_request, response) => response.writeHead(404).end();
  const fetchFromCoordinator: FetchFromCoordinator = () => {
    const content = Readable.from([CONTENT]);
    content.destroy(new Error('gone'));
    return Promise.resolve(content);
  };
  await expect(fetchAll([planned()], { fetchFromCoordinator })).rejects.toMatchObject({ code: 'TROOP-1404' });
});

test('a file that differs from what the index listed is not taken, from nobody', async () => {
  const other = Readable.from([Buffer.from('something else')]);
  const wrong = planned({ sha256: 'c'.repeat(64) });
  await expect(fetchAll([wrong])).rejects.toMatchObject({ code: 'TROOP-1402' });
  handler = (_request, response) => response.writeHead(404).end();
  const fetchFromCoordinator: FetchFromCoordinator = () => Promise.resolve(other);
  await expect(fetchAll([wrong], { fetchFromCoordinator })).rejects.toMatchObject({ code: 'TROOP-1402' });
  expect((await readdir(root)).filter((name) => name !== 'incoming')).toEqual([]);
});

test('a file that is larger than allowed is broken off', async () => {
  await expect(fetchAll([planned()], { maximumFileBytes: 1000 })).rejects.toMatchObject({
    code: 'TROOP-1419',
  });
});

test('files without an address stay for the builder', async () => {
  const plan = [planned({ url: null }), planned({ filename: null, sha256: null, url: null })];
  expect((await fetchAll(plan)).files.map((file) => file.local)).toEqual([null, null]);
});

test('a name that would leave the store is refused', async () => {
  const plan = [planned({ filename: '../../one.whl' })];
  await expect(fetchAll(plan)).rejects.toMatchObject({ code: 'TROOP-1401' });
});

test('at most four files are under way at once, and one failure stops the others', async () => {
  const waiting: ServerResponse[] = [];
  let release = (): void => {};
  const four = new Promise<void>((resolve) => {
    release = resolve;
  });
  handler = (_request, response, count) => {
    waiting.push(response);
    if (count === 4) release();
  };
  const plan = Array.from({ length: 10 }, (_, index) => planned({ url: `${base}/${index}`, sha256: null }));
  const all = fetchAll(plan);
  await four;
  expect(waiting).toHaveLength(4);
  waiting[0]?.writeHead(404).end();
  await expect(all).rejects.toMatchObject({ code: 'TROOP-1404' });
  expect(requests).toHaveLength(4);
});

test('credentials in an address never show in the error', async () => {
  handler = (_request, response) => response.writeHead(404).end();
  const url = `${base.replace('//', '//user:hunter2@')}/x?token=abc`;
  const error: unknown = await fetchAll([planned({ url })]).catch((caught: unknown) => caught);
  expect(JSON.stringify((error as { facts?: unknown }).facts)).not.toMatch(/hunter2|abc/);
});
