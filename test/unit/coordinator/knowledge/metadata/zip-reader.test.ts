import { describe, expect, it } from 'vitest';
import { bufferSource } from '../../../../../shared/runtime/byte-source.ts';
import { readZipEntry } from '../../../../../coordinator/knowledge/metadata/zip-reader.ts';
import { makeZip } from '../../../../support/fake-index-files.ts';

const entries = [
  { path: 'a/b.txt', content: 'first' },
  { path: 'größe.txt', content: 'stored', isStored: true },
  { path: 'empty', content: '' },
];
const read = (zip: Buffer, path: string, maximumBytes = 1000): Promise<Buffer | null> =>
  readZipEntry(bufferSource(zip), (candidate) => candidate === path, maximumBytes);

/** The same archive with the sizes and offsets of its directory in zip64 fields. */
function asZip64(zip: Buffer): Buffer {
  const end = zip.subarray(zip.length - 22);
  const directorySize = end.readUInt32LE(12);
  const offset = end.readUInt32LE(16);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(directorySize), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(zip.length - 22), 8);
  const newEnd = Buffer.from(end);
  newEnd.writeUInt32LE(0xffffffff, 12);
  newEnd.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([zip.subarray(0, zip.length - 22), record, locator, newEnd]);
}

describe('a zip', () => {
  it.each([
    ['plain', makeZip(entries)],
    ['with a comment that looks like its end', makeZip(entries, `PK\u0005\u0006${'x'.repeat(30)}`)],
    ['in zip64 form', asZip64(makeZip(entries))],
  ])('%s gives its entries, deflated or stored', async (_name, zip) => {
    expect((await read(zip, 'a/b.txt'))?.toString()).toBe('first');
    expect((await read(zip, 'größe.txt'))?.toString()).toBe('stored');
    expect((await read(zip, 'empty'))?.length).toBe(0);
    expect(await read(zip, 'absent')).toBeNull();
  });

  it('is refused when it is cut, garbage or empty', async () => {
    const zip = makeZip(entries);
    for (const broken of [
      zip.subarray(0, zip.length - 5),
      zip.subarray(20),
      Buffer.from('not a zip at all, but long enough'),
      Buffer.alloc(0),
    ]) {
      await expect(read(broken, 'a/b.txt')).rejects.toThrow(RangeError);
    }
  });

  it('does not inflate more than is allowed, whatever its directory says', async () => {
    const bomb = makeZip([{ path: 'bomb', content: Buffer.alloc(100_000) }]);
    await expect(read(bomb, 'bomb')).rejects.toThrow(RangeError);
    const lying = Buffer.from(bomb);
    const directory = lying.readUInt32LE(lying.length - 6);
    lying.writeUInt32LE(10, directory + 24);
    await expect(read(lying, 'bomb')).rejects.toThrow('larger than');
  });

  it('of a hundred thousand files lets others run while its directory is read', async () => {
    const zip = makeZip([{ path: 'a', content: '' }]);
    const end = Buffer.from(zip.subarray(zip.length - 22));
    const directory = zip.subarray(end.readUInt32LE(16), zip.length - 22);
    end.writeUInt32LE(directory.length * 100_000, 12);
    const long = Buffer.concat([
      zip.subarray(0, end.readUInt32LE(16)),
      Buffer.alloc(directory.length * 100_000, directory),
      end,
    ]);
    let turns = 0;
    let turn = setImmediate(function others() {
      turns += 1;
      turn = setImmediate(others);
    });
    expect(await read(long, 'absent')).toBeNull();
    clearImmediate(turn);
    expect(turns).toBeGreaterThan(10);
  });

  it('whose directory is longer than that of any wheel is refused before it is read', async () => {
    const zip = makeZip([{ path: 'a', content: '' }]);
    const end = Buffer.from(zip.subarray(zip.length - 22));
    end.writeUInt32LE(17 * 1024 * 1024, 12);
    end.writeUInt32LE(0, 16);
    const long = Buffer.concat([Buffer.alloc(17 * 1024 * 1024), end]);
    await expect(read(long, 'a')).rejects.toThrow('out of bounds');
  });
});
