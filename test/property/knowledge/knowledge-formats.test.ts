// Formats from outside, on anything that could come: nothing throws what is not expected, and what is written is read.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHtmlPage } from '../../../coordinator/knowledge/index/html-page.ts';
import type { ProjectFile } from '../../../coordinator/knowledge/index/index-client.ts';
import { mergeFiles } from '../../../coordinator/knowledge/index/merged-index.ts';
import { parseJsonPage } from '../../../coordinator/knowledge/index/json-page.ts';
import { bufferSource, windowed } from '../../../shared/runtime/byte-source.ts';
import { parseMetadata } from '../../../coordinator/knowledge/metadata/metadata-text.ts';
import { readTarEntry } from '../../../coordinator/knowledge/metadata/tar-reader.ts';
import { readZipEntry } from '../../../coordinator/knowledge/metadata/zip-reader.ts';
import { snapshotLines } from '../../../coordinator/knowledge/store/snapshot-lines.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { makeTar, makeZip } from '../../support/fake-index-files.ts';

const url = 'https://index.example/simple/app/';
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<a ',
        '<!--',
        '-->',
        '<script>',
        '</script',
        'href=',
        '"',
        "'",
        '>',
        '=',
        '&amp;',
        '&#',
        '<base href="',
        '<',
      ),
      fc.string(),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

async function* cutInto(content: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < content.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield content.subarray(at, at + size);
    at += size;
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });

describe('pages', () => {
  it('of any text are read without an accident', () => {
    fc.assert(
      fc.property(markup, (html) => {
        const page = parseHtmlPage(html, url);
        return page.files.every((file) => URL.canParse(file.url) && file.filename !== '');
      }),
    );
  });

  it('of any JSON are read, or refused with the error of the catalogue', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json().map((text) => `{"files":[${text}]}`),
        ),
        (text) => {
          try {
            return parseJsonPage(text, url).unreadable >= 0;
          } catch (error) {
            return error instanceof TroopError && error.code === 'TROOP-1112';
          }
        },
      ),
    );
  });

  it('give back the attributes that were written, whatever characters they hold', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.trim());
    fc.assert(
      fc.property(text, fc.boolean(), (python, yanked) => {
        const html = `<a href="app-1.0.tar.gz" data-requires-python="${escaped(python)}"${yanked ? ' data-yanked' : ''}>x</a>`;
        const [file] = parseHtmlPage(html, url).files;
        expect(file).toMatchObject({ requiresPython: python === '' ? null : python, yanked });
      }),
    );
  });
});

describe('merging places', () => {
  const files = fc.array(
    fc.record({
      filename: fc.constantFrom('a.whl', 'b.whl'),
      url: fc.constantFrom('file:///a', 'https://x.example/a'),
      sha256: fc.constantFrom('1', '2'),
      size: fc.constant(null),
      uploadTime: fc.constant(null),
      requiresPython: fc.constant(null),
      yanked: fc.boolean(),
      metadata: fc.constant(null),
    }),
    { maxLength: 8 },
  );
  const identities = (merged: readonly ProjectFile[]): string[] =>
    merged.map((file) => `${file.filename} ${file.sha256}`);

  it('keeps every file once, and merging again changes nothing', () => {
    fc.assert(
      fc.property(files, (given) => {
        const merged = mergeFiles(given);
        expect(new Set(identities(merged.files))).toEqual(new Set(identities(given)));
        expect(new Set(identities(merged.files)).size).toBe(merged.files.length);
        expect(mergeFiles(merged.files)).toEqual(merged);
      }),
    );
  });
});

describe('archives', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}(\/[a-z]{1,12}){0,2}$/), {
    minLength: 1,
    maxLength: 6,
  });

  it('zips give back every entry, through windows of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.string(),
        fc.integer({ min: 1, max: 5000 }),
        async (paths, content, window) => {
          const zip = makeZip(
            paths.map((path, position) => ({
              path,
              content: `${path}${content}`,
              isStored: position % 2 === 0,
            })),
          );
          const source = windowed(bufferSource(zip), window);
          for (const path of paths) {
            const bytes = await readZipEntry(source, (candidate) => candidate === path, 1_000_000);
            expect(bytes?.toString()).toBe(`${path}${content}`);
          }
        },
      ),
    );
  });

  it('zips that were damaged anywhere are read or refused, never more', async () => {
    const zip = makeZip([{ path: 'a', content: 'content' }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(255), async (at, byte) => {
        const damaged = Buffer.from(zip);
        damaged[at] = byte;
        const bytes = await readZipEntry(bufferSource(damaged), () => true, 1000).catch(
          (error: unknown) => error,
        );
        expect(bytes === null || bytes instanceof Buffer || bytes instanceof Error).toBe(true);
      }),
    );
  });

  it('tars give back every file, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.string(), cuts, async (paths, content, sizes) => {
        const tar = makeTar(paths.map((path) => ({ path, content: `${path}${content}` })));
        const wanted = paths.at(-1) ?? '';
        const limits = { fileBytes: 1_000_000, totalBytes: 10_000_000 };
        const bytes = await readTarEntry(cutInto(tar, sizes), (path) => path === wanted, limits);
        expect(bytes?.toString()).toBe(`${wanted}${content}`);
      }),
    );
  });
});

describe('text', () => {
  it('of metadata gives back the lines that were written', () => {
    const line = fc.stringMatching(/^[a-z][a-z0-9 ;="'<>.]{0,30}[a-z0-9"]$/);
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = [
          'Metadata-Version: 2.1',
          'Name: app',
          ...lines.map((value) => `Requires-Dist: ${value}`),
          '',
          'body',
        ].join('\n');
        expect(parseMetadata(text)?.requiresDist).toEqual(lines);
      }),
    );
  });

  it('of snapshots is the same lines, compressed or not, however the stream is cut', async () => {
    const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\p{Cs}]/u.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1 }),
        fc.boolean(),
        cuts,
        async (lines, isZipped, sizes) => {
          const plain = Buffer.from(`{}\n${lines.join('\n')}\n`);
          const read: string[] = [];
          const stream = cutInto(isZipped ? gzipSync(plain) : plain, sizes);
          for await (const text of snapshotLines(stream)) read.push(text);
          expect(read).toEqual(['{}', ...lines]);
        },
      ),
    );
  });
});
