// Wheels and sdists, damaged and made to deceive: what they require, or an error of the catalogue; never more memory or time
// than their length deserves.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { bufferSource } from '../../../shared/runtime/byte-source.ts';
import { createMetadataReader } from '../../../coordinator/knowledge/metadata/metadata-reader.ts';
import { readSdistMetadata } from '../../../coordinator/knowledge/metadata/sdist-metadata.ts';
import { readZipEntry } from '../../../coordinator/knowledge/metadata/zip-reader.ts';
import { makeSdist, makeTar, makeWheel, makeZip, type ZipEntry } from '../../support/fake-index-files.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { damagedBytes, damagedText, isLinear, isRead } from '../../support/hostile-input.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { sampleProjectFile } from '../../support/sample-project-file.ts';

const folder = await temporaryDirectory();
afterAll(() => folder.remove());
const nobody = (): never => {
  throw new Error('a file in a folder is read without asking anybody');
};
const reader = createMetadataReader({
  client: { request: nobody, open: nobody, bytesReceived: () => 0 },
  cache: { request: nobody, prune: nobody },
});

/** Reads the bytes as a file of that name in a folder index. */
async function readAs(filename: string, bytes: Buffer): Promise<unknown> {
  const path = join(folder.path, filename);
  await writeFile(path, bytes);
  const file = sampleProjectFile(filename, { url: pathToFileURL(path).href });
  return await reader.read('app', file, new AbortController().signal);
}

const APP = { name: 'app', version: '1.0', requires: ['six>=1; extra == "x"'], extras: ['x'] };
const WHEEL = makeWheel(APP);
const SDIST = makeSdist(APP);
const WHEEL_NAME = 'app-1.0-py3-none-any.whl';

/** Where the numbers of a zip stand: of its end record, of every entry of its directory, of every local header. */
function numbersOf(zip: Buffer): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at + 4 <= zip.length; at++) {
    const signature = zip.readUInt32LE(at);
    if (signature === 0x06054b50) places.push(at, at + 8, at + 10, at + 12, at + 16, at + 20);
    if (signature === 0x02014b50) {
      places.push(...[0, 8, 10, 16, 20, 24, 28, 30, 32, 42].map((one) => at + one));
    }
    if (signature === 0x04034b50) places.push(...[0, 6, 8, 14, 18, 22, 26, 28].map((one) => at + one));
  }
  return places;
}

/** With the end of a zip64 archive, whose numbers are the given ones. */
function withZip64End(zip: Buffer, numbers: { size: bigint; offset: bigint; end: bigint }): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(numbers.size, 40);
  record.writeBigUInt64LE(numbers.offset, 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(numbers.end, 8);
  return Buffer.concat([zip.subarray(0, zip.length - 22), record, locator, zip.subarray(zip.length - 22)]);
}

/** One entry of a directory said again and again, its content where the first one's is. */
function withEntries(zip: Buffer, times: number): Buffer {
  const end = zip.subarray(zip.length - 22);
  const offset = end.readUInt32LE(16);
  const entry = zip.subarray(offset, zip.length - 22);
  const newEnd = Buffer.from(end);
  newEnd.writeUInt32LE(entry.length * times, 12);
  return Buffer.concat([zip.subarray(0, offset), Buffer.alloc(entry.length * times, entry), newEnd]);
}

const METADATA = 'app-1.0.dist-info/METADATA';

describe('a wheel', () => {
  it('that is damaged anywhere is read or refused', async () => {
    expect(await isRead(() => readAs(WHEEL_NAME, WHEEL.bytes))).toBe(true);
    await fc.assert(
      fc.asyncProperty(damagedBytes(WHEEL.bytes, numbersOf(WHEEL.bytes)), async (bytes) => {
        expect(typeof (await isRead(() => readAs(WHEEL_NAME, bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it('of any entries is read or refused, whatever their names, numbers and content', async () => {
    const names = fc.oneof(
      fc.constantFrom(
        METADATA,
        `../${METADATA}`,
        `/${METADATA}`,
        `./${METADATA}`,
        'x.dist-info/METADATA',
        '',
      ),
      fc.constantFrom('app-1.0.dist-info/WHEEL', 'app-1.0.dist-info/RECORD', '__proto__', 'a\0b', '..\\x'),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    const content = fc.oneof(
      fc.constant(WHEEL.metadata),
      damagedText(WHEEL.metadata, ['\n', ':', '\r', '\0', '\ufeff', 'Name: b\n', '\ud800']),
    );
    const entry: fc.Arbitrary<ZipEntry> = fc.record({ path: names, content, isStored: fc.boolean() });
    const zip = fc.array(entry, { maxLength: 4 }).map((entries) => makeZip(entries));
    const hostile = zip.chain((bytes) => fc.oneof(fc.constant(bytes), damagedBytes(bytes, numbersOf(bytes))));
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        expect(typeof (await isRead(() => readAs(WHEEL_NAME, bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(150) },
    );
  });

  it('whose zip64 end says any numbers is read or refused', async () => {
    const number = fc.oneof(
      fc.bigInt({ min: 0n, max: BigInt(WHEEL.bytes.length + 100) }),
      fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
    );
    await fc.assert(
      fc.asyncProperty(fc.record({ size: number, offset: number, end: number }), async (numbers) => {
        const bytes = withZip64End(WHEEL.bytes, numbers);
        expect(typeof (await isRead(() => readAs(WHEEL_NAME, bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  it('with its METADATA twice, or another beside it, is refused: installers would not agree on which counts', async () => {
    const metadata = { path: METADATA, content: WHEEL.metadata };
    for (const other of [METADATA, 'app-2.0.dist-info/METADATA']) {
      const zip = makeZip([metadata, { path: other, content: 'Metadata-Version: 2.1\nName: app\n' }]);
      await expect(readAs(WHEEL_NAME, zip)).rejects.toMatchObject({ code: 'TROOP-1116' });
    }
  });

  it('whose METADATA has another length, checksum or name than the directory says is refused', async () => {
    for (const isStored of [true, false]) {
      const zip = makeZip([{ path: METADATA, content: WHEEL.metadata, isStored }]);
      const directory = zip.readUInt32LE(zip.length - 6);
      const changes: readonly ((bytes: Buffer) => void)[] = [
        (bytes) => bytes.writeUInt32LE(WHEEL.metadata.length - 1, directory + 24),
        (bytes) => bytes.writeUInt32LE(WHEEL.metadata.length + 1, directory + 24),
        (bytes) => bytes.writeUInt32LE(1, directory + 16),
        (bytes) => bytes.write('b', 30),
      ];
      expect(await isRead(() => readAs(WHEEL_NAME, zip))).toBe(true);
      for (const change of changes) {
        const changed = Buffer.from(zip);
        change(changed);
        await expect(readAs(WHEEL_NAME, changed)).rejects.toMatchObject({ code: 'TROOP-1116' });
      }
    }
  });

  it('of many entries takes the time of its length', async () => {
    const zip = makeZip([{ path: 'a', content: '' }]);
    const walk = (times: number): Promise<Buffer | null> =>
      readZipEntry(bufferSource(withEntries(zip, times)), () => false, 1000);
    expect(await isLinear(walk, 30_000)).toBe(true);
  });

  it('that is nearly all ends of an archive takes the time of its length', async () => {
    const ends = Buffer.from('504b0506'.repeat(16_000), 'hex');
    expect(
      await isLinear((size) => readAs(WHEEL_NAME, Buffer.alloc(size * 10, ends)).catch(() => {}), 30_000),
    ).toBe(true);
  });
});

describe('an sdist', () => {
  const tar = gunzipSync(SDIST.bytes);
  const headers = tar.reduce<readonly number[]>(
    (found, _byte, at) => (tar.toString('latin1', at, at + 5) === 'ustar' ? [...found, at - 257] : found),
    [],
  );
  /** Name, size, checksum, kind and prefix of every header. */
  const places = headers.flatMap((at) => [0, 124, 128, 130, 135, 148, 156, 257, 345].map((one) => at + one));

  it('that is damaged anywhere is read, left alone or refused', async () => {
    expect(await readAs(SDIST.filename, SDIST.bytes)).not.toBeNull();
    const packed = fc.oneof(
      damagedBytes(SDIST.bytes),
      damagedBytes(tar, places).map((bytes) => gzipSync(bytes, { level: 1 })),
    );
    await fc.assert(
      fc.asyncProperty(packed, async (bytes) => {
        expect(typeof (await isRead(() => readAs(SDIST.filename, bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  it('as a zip that is damaged anywhere is read, left alone or refused', async () => {
    const zip = makeZip([{ path: 'app-1.0/PKG-INFO', content: SDIST.metadata }]);
    expect(await readAs('app-1.0.zip', zip)).not.toBeNull();
    await fc.assert(
      fc.asyncProperty(damagedBytes(zip, numbersOf(zip)), async (bytes) => {
        expect(typeof (await isRead(() => readAs('app-1.0.zip', bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  it('with names of any form in its headers is read, left alone or refused', async () => {
    const path = fc.oneof(
      fc.constantFrom('app-1.0/PKG-INFO', '../PKG-INFO', '/app-1.0/PKG-INFO', './app-1.0/PKG-INFO'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const content = fc.oneof(
      fc.constantFrom(SDIST.metadata, '30 path=app-1.0/PKG-INFO\n', '9 path=\n', '0 path=x\n'),
      fc.string({ maxLength: 40 }),
    );
    const entry = fc.record({ path, content, type: fc.constantFrom('0', 'x', 'L', 'g', '5', '2', '\0') });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
        const bytes = gzipSync(makeTar(entries), { level: 1 });
        expect(typeof (await isRead(() => readAs(SDIST.filename, bytes)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  it('that unpacks to more than half a gigabyte is given up', async () => {
    // Members of one gzip stream: nobody has to pack half a gigabyte for this.
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 1 });
    const header = makeTar([{ path: 'a', content: '' }]).subarray(0, 512);
    header.write('77777777777', 124);
    const parts = [gzipSync(header), ...Array.from({ length: 10 }, () => zeros)];
    const stream = (async function* () {
      yield* parts;
    })();
    await expect(readSdistMetadata(stream)).rejects.toThrow('too large');
  });

  it('of many small files takes the time of its length', async () => {
    const one = makeTar([{ path: 'a/b', content: '' }]).subarray(0, 512);
    const walk = (times: number): Promise<unknown> =>
      readAs(SDIST.filename, gzipSync(Buffer.alloc(512 * times, one), { level: 1 }));
    expect(await isLinear(walk, 10_000)).toBe(true);
  });
});
