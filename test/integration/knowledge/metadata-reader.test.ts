import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { httpIndex } from '../../../coordinator/knowledge/index/http-index.ts';
import type { ProjectFile } from '../../../coordinator/knowledge/index/index-client.ts';
import {
  createMetadataReader,
  type MetadataReader,
} from '../../../coordinator/knowledge/metadata/metadata-reader.ts';
import type { LearnedMetadata } from '../../../coordinator/knowledge/metadata/metadata-text.ts';
import type { TroopError } from '../../../shared/errors/troop-error.ts';
import {
  startFakeIndex,
  type FakeFile,
  type FakeIndex,
  type FakeIndexOptions,
} from '../../support/fake-index.ts';
import { openTestAccess, removeFolder } from '../../support/fake-index-access.ts';
import { makeSdist, makeWheel, sha256Of, type MadeFile } from '../../support/fake-index-files.ts';
import { sampleProjectFile } from '../../support/sample-project-file.ts';

const signal = new AbortController().signal;
const requires = ['six>=1', 'extra-thing; extra == "more"'];
const wheel = makeWheel({ name: 'demo', version: '1.0', requires, extras: ['more'], paddingBytes: 400_000 });
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Setting {
  readonly index: FakeIndex;
  readonly reader: MetadataReader;
  readonly detours: TroopError[];
  readonly file: ProjectFile;
}

async function start(options: FakeIndexOptions, file: FakeFile, wholeWheelBytes?: number): Promise<Setting> {
  const index = await startFakeIndex(options);
  index.add('demo', file);
  const access = await openTestAccess({ indexUrl: index.url });
  closing.push(
    () => index.close(),
    () => access.close(),
    () => removeFolder(access.directory),
  );
  const detours: TroopError[] = [];
  const reader = createMetadataReader({
    client: access.client,
    cache: access.cache,
    onDetour: (_name, _file, error) => detours.push(error),
    ...(wholeWheelBytes === undefined ? {} : { wholeWheelBytes }),
  });
  const page = await httpIndex(index.url, access).project('demo', signal);
  index.forgetRequests();
  const [listed] = page?.files ?? [];
  if (listed === undefined) throw new Error('the fake index lists nothing');
  return { index, reader, detours, file: listed };
}

function localFile(made: MadeFile, path: string): ProjectFile {
  return sampleProjectFile(made.filename, { url: pathToFileURL(path).href });
}

async function failureOf(work: Promise<unknown>): Promise<TroopError> {
  return work.then(
    () => Promise.reject(new Error('expected a failure')),
    (error: TroopError) => error,
  );
}

describe('a wheel', () => {
  it('with metadata beside it is not touched', async () => {
    const { reader, index, file } = await start({}, wheel);
    const learned = await reader.read('demo', file, signal);
    expect(learned).toMatchObject({
      requiresDist: requires,
      providesExtra: ['more'],
      source: 'metadata-file',
    });
    expect(index.requests.map((request) => request.path)).toEqual([
      expect.stringMatching(/\.whl\.metadata$/),
    ]);
  });

  it('whose metadata has another hash than announced is read itself, and that is told', async () => {
    const { reader, file, detours } = await start({}, { ...wheel, announcedMetadataSha256: sha256Of('lie') });
    expect(await reader.read('demo', file, signal)).toMatchObject({
      requiresDist: requires,
      source: 'wheel',
    });
    expect(detours.map((error) => error.code)).toEqual(['TROOP-1111']);
  });

  it.each([
    { options: { metadata: 'none' }, requests: 1, name: 'is read by ranges, in one request of its end' },
    {
      options: { metadata: 'none', sizes: false },
      requests: 1,
      name: 'of unknown size is read from its end',
    },
    {
      options: { metadata: 'none', sizes: false, ranges: 'explicit' },
      requests: 3,
      name: 'on a server without suffix ranges is measured first',
    },
  ] as const)('$name', async ({ options, requests }) => {
    const { reader, index, file } = await start(options, wheel);
    expect(await reader.read('demo', file, signal)).toMatchObject({
      requiresDist: requires,
      source: 'wheel',
    });
    expect(index.requests).toHaveLength(requests);
    expect(
      index.requests.some((request) => request.method === 'GET' && request.headers.range === undefined),
    ).toBe(false);
  });

  it('on a server without ranges is fetched whole, and ranges are not tried there again', async () => {
    const { reader, index, file } = await start({ metadata: 'none', ranges: false }, wheel);
    expect(await reader.read('demo', file, signal)).toMatchObject({
      requiresDist: requires,
      source: 'wheel',
    });
    expect(await reader.read('demo', file, signal)).toMatchObject({ requiresDist: requires });
    expect(index.requests.map((request) => request.headers.range !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('too large for that is left alone', async () => {
    const { reader, file } = await start({ metadata: 'none', ranges: false }, wheel, 100_000);
    expect((await failureOf(reader.read('demo', file, signal))).code).toBe('TROOP-1104');
  });

  it('that is not the one announced is refused when it was fetched whole', async () => {
    const options = { metadata: 'none', ranges: false } as const;
    const { reader, file } = await start(options, { ...wheel, announcedSha256: sha256Of('lie') });
    expect((await failureOf(reader.read('demo', file, signal))).code).toBe('TROOP-1111');
  });

  it('that is garbage, or of another project, is an error that names it', async () => {
    const garbage = { ...wheel, bytes: Buffer.from('this is no zip') };
    const first = await start({ metadata: 'none' }, garbage);
    const failure = await failureOf(first.reader.read('demo', first.file, signal));
    expect(failure.code).toBe('TROOP-1116');
    expect(failure.facts['filename']).toBe(wheel.filename);
    const second = await start({}, wheel);
    expect((await failureOf(second.reader.read('other', second.file, signal))).code).toBe('TROOP-1116');
  });

  it('in a folder is read where it lies', async () => {
    const access = await openTestAccess({});
    closing.push(
      () => access.close(),
      () => removeFolder(access.directory),
    );
    await mkdir(access.directory, { recursive: true });
    const path = join(access.directory, wheel.filename);
    await writeFile(path, wheel.bytes);
    const reader = createMetadataReader(access);
    expect(await reader.read('demo', localFile(wheel, path), signal)).toMatchObject({
      requiresDist: requires,
    });
  });
});

describe('an sdist', () => {
  const cases = [
    {
      made: makeSdist({ name: 'demo', version: '1.0', requires }),
      isKnown: true,
      name: 'with static metadata is believed',
    },
    {
      made: makeSdist({ name: 'demo', version: '1.0', requires, metadataVersion: '2.1' }),
      isKnown: false,
      name: 'of before metadata 2.2 needs a build',
    },
    {
      made: makeSdist({ name: 'demo', version: '1.0', requires, dynamic: 'Requires-Dist' }),
      isKnown: false,
      name: 'with dynamic requirements needs a build',
    },
    {
      made: makeSdist({ name: 'demo', version: '1.0', requires, dynamic: 'Description' }),
      isKnown: true,
      name: 'where only another field is dynamic is believed',
    },
  ];
  it.each(cases)('$name, from an index and from a folder', async ({ made, isKnown }) => {
    const expected = isKnown ? { requiresDist: requires, source: 'sdist' } : null;
    const seen = (learned: LearnedMetadata | null): object | null =>
      learned && { requiresDist: learned.requiresDist, source: learned.source };
    const { reader, file } = await start({}, made);
    expect(seen(await reader.read('demo', file, signal))).toEqual(expected);
    const access = await openTestAccess({});
    closing.push(
      () => access.close(),
      () => removeFolder(access.directory),
    );
    const path = join(access.directory, made.filename);
    await writeFile(path, made.bytes);
    const learned = await createMetadataReader(access).read('demo', localFile(made, path), signal);
    expect(seen(learned)).toEqual(expected);
  });

  it('that is cut off is an error', async () => {
    const made = makeSdist({ name: 'demo', version: '1.0' });
    const { reader, file } = await start({}, { ...made, bytes: made.bytes.subarray(0, 60) });
    expect((await failureOf(reader.read('demo', file, signal))).code).toBe('TROOP-1116');
  });
});
