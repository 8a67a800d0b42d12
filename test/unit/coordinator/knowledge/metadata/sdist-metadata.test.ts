import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSdistMetadata } from '../../../../../coordinator/knowledge/metadata/sdist-metadata.ts';
import { makeTar, type TarEntry } from '../../../../support/fake-index-files.ts';

async function* pieces(content: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 100) yield content.subarray(at, at + 100);
}

const read = async (...entries: TarEntry[]): Promise<string | undefined> =>
  (await readSdistMetadata(pieces(gzipSync(makeTar(entries)))))?.toString();

describe('an sdist', () => {
  it.each([
    ['a plain path', [{ path: 'app-1.0/PKG-INFO', content: 'right' }]],
    ['a path with a dot', [{ path: './app-1.0/PKG-INFO', content: 'right' }]],
    [
      'others before it',
      [
        { path: 'app-1.0/app.egg-info/PKG-INFO', content: 'wrong' },
        { path: 'app-1.0/big', content: 'x'.repeat(5000) },
        { path: 'app-1.0/PKG-INFO', content: 'right' },
      ],
    ],
    [
      'a pax path',
      [
        { path: 'x', type: 'x', content: '25 path=app-1.0/PKG-INFO\n' },
        { path: 'cut', content: 'right' },
      ],
    ],
    [
      'a GNU long name',
      [
        { path: '././@LongLink', type: 'L', content: 'app-1.0/PKG-INFO\0' },
        { path: 'cut', content: 'right' },
      ],
    ],
    [
      'a long name that belongs to another',
      [
        { path: 'x', type: 'x', content: '14 path=a/b/c\n' },
        { path: 'app-1.0/PKG-INFO', content: 'wrong' },
        { path: 'app-1.0/PKG-INFO', content: 'right' },
      ],
    ],
  ] satisfies [string, TarEntry[]][])('gives PKG-INFO of its top folder with %s', async (_name, entries) => {
    expect(await read(...entries)).toBe('right');
  });

  it('without one gives nothing', async () => {
    expect(await read({ path: 'app-1.0/setup.py', content: '' })).toBeUndefined();
    expect(await read({ path: 'app-1.0/PKG-INFO', type: '5', content: '' })).toBeUndefined();
  });

  it('that is no archive is refused', async () => {
    await expect(readSdistMetadata(pieces(Buffer.from('no gzip')))).rejects.toThrow('header');
    await expect(readSdistMetadata(pieces(gzipSync(Buffer.alloc(1024, 'x'))))).rejects.toThrow(RangeError);
  });
});
