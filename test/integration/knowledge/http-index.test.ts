import { afterEach, describe, expect, it } from 'vitest';
import { httpIndex } from '../../../coordinator/knowledge/index/http-index.ts';
import type { IndexClient } from '../../../coordinator/knowledge/index/index-client.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import { startFakeIndex, type FakeIndex, type FakeIndexOptions } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder, type TestAccess } from '../../support/fake-index-access.ts';
import { makeSdist, makeWheel } from '../../support/fake-index-files.ts';

const signal = new AbortController().signal;
const wheel = makeWheel({ name: 'demo', version: '1.0', requires: ['six>=1'] });
const sdist = makeSdist({ name: 'demo', version: '1.0' });
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(
  options: FakeIndexOptions = {},
  directory?: string,
): Promise<{ index: FakeIndex; access: TestAccess; client: IndexClient }> {
  const index = await startFakeIndex(options);
  index.add('demo', { ...wheel, requiresPython: '>=3.8', yanked: 'broken' }, sdist);
  const access = await openTestAccess({ indexUrl: index.url }, directory === undefined ? {} : { directory });
  closing.push(
    () => index.close(),
    () => access.close(),
    () => removeFolder(access.directory),
  );
  return { index, access, client: httpIndex(index.url, access) };
}

async function failureOf(work: Promise<unknown>): Promise<TroopError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: TroopError) => error,
  );
}

describe.each(['json', 'html'] as const)('an index that speaks %s', (format) => {
  it('gives the files of a project with everything that it says of them', async () => {
    const { client, index } = await start({ format });
    const page = await client.project('demo', signal);
    expect(page?.files).toMatchObject([
      {
        filename: wheel.filename,
        url: `${index.origin}/files/${wheel.sha256}/${wheel.filename}`,
        sha256: wheel.sha256,
        requiresPython: '>=3.8',
        yanked: true,
        metadata: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      },
      { filename: sdist.filename, sha256: sdist.sha256, requiresPython: null, yanked: false, metadata: null },
    ]);
    expect(page?.files[0]?.size).toBe(format === 'json' ? wheel.bytes.length : null);
  });

  it('understands the older key for metadata beside the file', async () => {
    const { client } = await start({ format, metadata: 'dist-info-metadata' });
    expect((await client.project('demo', signal))?.files[0]?.metadata?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not know a project that it answers 404 for', async () => {
    const { client } = await start({ format });
    expect(await client.project('absent', signal)).toBeNull();
  });

  it('asks conditionally once it has an ETag, and not at all while the page is fresh', async () => {
    const first = await start({ format, etag: true });
    const before = await first.client.project('demo', signal);
    expect(await first.client.project('demo', signal)).toEqual(before);
    expect(first.index.requests.map((request) => request.headers['if-none-match'] !== undefined)).toEqual([
      false,
      true,
    ]);
    const second = await start({ format, maxAgeSeconds: 600 });
    await second.client.project('demo', signal);
    await second.client.project('demo', signal);
    expect(second.index.requests).toHaveLength(1);
  });
});

describe('an index in trouble', () => {
  it('is asked again after 429 with the pause that it asks for, and after 503', async () => {
    const { client, index } = await start();
    index.fail(/demo/, { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }, 1);
    index.fail(/demo/, { kind: 'answer', status: 503 }, 2);
    expect((await client.project('demo', signal))?.files).toHaveLength(2);
    expect(index.requests).toHaveLength(4);
  });

  it('is given up with its status when it stays broken', async () => {
    const { client, index } = await start();
    index.fail(/demo/, { kind: 'answer', status: 500 });
    const failure = await failureOf(client.project('demo', signal));
    expect(failure.code).toBe('TROOP-1103');
    expect(failure.facts['status']).toBe(500);
    expect(index.requests).toHaveLength(5);
  });

  it('is not waited for when it asks for an hour of patience', async () => {
    const { client, index } = await start();
    index.fail(/demo/, { kind: 'answer', status: 429, headers: { 'retry-after': '3600' } });
    expect((await failureOf(client.project('demo', signal))).code).toBe('TROOP-1103');
    expect(index.requests).toHaveLength(1);
  });

  it('counts as unreachable when it says nothing within the time-out', async () => {
    const index = await startFakeIndex();
    const access = await openTestAccess({ indexUrl: index.url, timeoutMs: 200 });
    closing.push(
      () => index.close(),
      () => access.close(),
      () => removeFolder(access.directory),
    );
    index.fail(/demo/, { kind: 'silence' });
    const failure = await failureOf(httpIndex(index.url, access).project('demo', signal));
    expect(failure.code).toBe('TROOP-1102');
  });

  it('counts as unreachable when answers break off half-way', async () => {
    const { client, index } = await start();
    index.fail(/demo/, { kind: 'cut', afterBytes: 1000 });
    expect((await failureOf(client.project('demo', signal))).code).toBe('TROOP-1102');
  });

  it('counts as unreachable when nothing listens there', async () => {
    const { client, index } = await start();
    await index.close();
    closing.shift();
    expect((await failureOf(client.project('demo', signal))).code).toBe('TROOP-1102');
  });

  it('is not understood when it answers with something else', async () => {
    const { client, index } = await start();
    index.fail(/demo/, {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'image/png' },
      body: 'PNG',
    });
    expect((await failureOf(client.project('demo', signal))).code).toBe('TROOP-1112');
  });

  it('is not read beyond the bound, compressed or not', async () => {
    const { access, index } = await start();
    index.fail(/big/, { kind: 'answer', status: 200, body: Buffer.alloc(5000) });
    const request = { url: `${index.origin}/big`, maximumBytes: 4000, signal };
    expect((await failureOf(access.client.request(request))).code).toBe('TROOP-1104');
    const { gzipSync } = await import('node:zlib');
    const headers = { 'content-encoding': 'gzip' };
    index.fail(/bomb/, { kind: 'answer', status: 200, headers, body: gzipSync(Buffer.alloc(1_000_000)) });
    const bomb = { url: `${index.origin}/bomb`, maximumBytes: 100_000, signal };
    expect((await failureOf(access.client.request(bomb))).code).toBe('TROOP-1104');
  });

  it('is left at once when the caller gives up', async () => {
    const { client, index } = await start();
    index.fail(/demo/, { kind: 'silence' });
    const controller = new AbortController();
    const work = client.project('demo', controller.signal);
    await index.whenAsked(/demo/);
    controller.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
  });
});

describe('credentials', () => {
  it('are sent to their own index, and no error, log or cache entry shows them', async () => {
    const index = await startFakeIndex({ authorization: 'user:s3cret' });
    index.add('demo', wheel);
    const url = index.url.replace('http://', 'http://user:s3cret@');
    const access = await openTestAccess({ indexUrl: url });
    closing.push(
      () => index.close(),
      () => access.close(),
      () => removeFolder(access.directory),
    );
    expect(JSON.stringify(access.indexes)).not.toContain('s3cret');
    const client = httpIndex(access.indexes[0]?.members[0]?.url ?? '', access);
    expect((await client.project('demo', signal))?.files).toHaveLength(1);
    index.fail(/demo/, { kind: 'answer', status: 403 });
    const failure = await failureOf(client.project('demo', signal));
    expect(failure.code).toBe('TROOP-1106');
    expect(JSON.stringify(failure.serialise())).not.toContain('s3cret');
  });

  it('do not follow a redirect to another origin', async () => {
    const index = await startFakeIndex({ authorization: 'user:s3cret' });
    const other = await startFakeIndex();
    other.add('demo', wheel);
    const access = await openTestAccess({ indexUrl: index.url.replace('http://', 'http://user:s3cret@') });
    closing.push(
      () => index.close(),
      () => other.close(),
      () => access.close(),
      () => removeFolder(access.directory),
    );
    index.fail(/demo/, { kind: 'answer', status: 302, headers: { location: `${other.url}/demo/` } });
    const page = await httpIndex(index.url, access).project('demo', signal);
    expect(page?.files[0]?.url).toBe(`${other.origin}/files/${wheel.sha256}/${wheel.filename}`);
    expect(index.requests[0]?.headers.authorization).toBeDefined();
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });
});
