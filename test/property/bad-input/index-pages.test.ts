// Pages of indexes that mean harm: what they list is told, skipped or refused; what is taken of them can be stored and is read
// back; and no page, however long and whatever is left open in it, takes more than the time of its length.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHtmlPage } from '../../../coordinator/knowledge/index/html-page.ts';
import type {
  IndexClient,
  ProjectFile,
  ProjectPage,
} from '../../../coordinator/knowledge/index/index-client.ts';
import { parseJsonPage } from '../../../coordinator/knowledge/index/json-page.ts';
import { mergedProject, mergeFiles } from '../../../coordinator/knowledge/index/merged-index.ts';
import { createBreather } from '../../../shared/runtime/breather.ts';
import { listProject } from '../../../coordinator/knowledge/sync/list-project.ts';
import { formatReleaseLine, parseReleaseLine } from '../../../shared/stack/snapshot.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { isLinear, isRead } from '../../support/hostile-input.ts';

const URL_OF_PAGE = 'https://index.example/simple/six/';
const breather = createBreather({ monotonicMs: () => 0 });

/** The releases that a sync would take, each as its line; every one must be stored and read back as it is. */
async function linesOf(read: () => ProjectPage): Promise<readonly string[] | null> {
  let page: ProjectPage | null = null;
  if (!(await isRead(() => (page = read()))) || page === null) return null;
  const { files } = page as ProjectPage;
  const options = { index: 'pip', name: 'six', excludeNewer: null };
  const { releases } = await listProject(files, options, breather);
  return releases.map(({ release }) => formatReleaseLine(release));
}

function expectStorable(lines: readonly string[] | null): void {
  for (const line of lines ?? []) {
    expect(formatReleaseLine(parseReleaseLine(line, 2))).toBe(line);
    expect(line).not.toMatch(/\\u0000|\\ud[89a-f]/i);
  }
}

const name = fc.oneof(
  fc.constantFrom(
    'six-1.0-py3-none-any.whl',
    'six-2.0.tar.gz',
    'six-1!0.0.zip',
    'Six-1.0.whl',
    '../six-1.0.zip',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `six-1.0${text}.tar.gz`),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const address = fc.oneof(
  fc.constantFrom(
    'a',
    '//b',
    'http:',
    'file:///etc/passwd',
    'data:,x',
    'javascript:x',
    'https://u:p@h.example/x',
  ),
  fc.constantFrom('https://[::1]:99999/', 'ssh://x', `/${'a'.repeat(9000)}`, '#sha256=', '?', '\\\\x\\y'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const hash = fc.oneof(
  fc.constantFrom('a'.repeat(64), 'A'.repeat(64), 'a'.repeat(63), '', '0x', 'sha256='),
  fc.string({ maxLength: 70 }),
);
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('\0', '\ud800', 1e300, -1, '+012026-01-01'),
);
const python = fc.oneof(fc.constantFrom('>=3', '>=3,', '\0', '==3.*', ''), fc.string({ unit: 'binary' }));

describe('a page', () => {
  it('of JSON with any value in the place of any is read or refused, and what is taken can be stored', async () => {
    const file = fc
      .record({ filename: name, url: address, hashes: fc.record({ sha256: hash }) })
      .chain((known) =>
        fc
          .dictionary(
            fc.constantFrom(
              'filename',
              'url',
              'hashes',
              'size',
              'upload-time',
              'yanked',
              'requires-python',
              'core-metadata',
              'dist-info-metadata',
              '__proto__',
            ),
            anything,
            { maxKeys: 3 },
          )
          .map((changes) => ({ ...known, ...changes })),
      );
    const page = fc.record({ files: fc.array(file, { maxLength: 4 }) }).map((known) => JSON.stringify(known));
    await fc.assert(
      fc.asyncProperty(page, async (text) => {
        expectStorable(await linesOf(() => parseJsonPage(text, URL_OF_PAGE)));
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  it('of HTML with any text in the place of any is read or refused, and what is taken can be stored', async () => {
    const quote = fc.constantFrom('"', "'", '');
    const anchor = fc
      .tuple(address, hash, python, quote, name)
      .map(
        ([href, digest, requires, mark, shown]) =>
          `<a href=${mark}${href}/${shown}#sha256=${digest}${mark} data-requires-python=${mark}${requires}${mark}>${shown}</a>`,
      );
    const other = fc.constantFrom(
      '<base href="file:///etc/">',
      '<base href="javascript:x">',
      '<base href="https://evil.example/">',
      '<meta name="pypi:repository-version" content="1.9">',
      '<meta name="pypi:repository-version" content="2.0">',
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '<a href="',
      '&#0;',
      '&#xd800;',
      '&#x10ffff;',
      '&#99999999;',
    );
    const html = fc.array(fc.oneof(anchor, other), { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(html, async (text) => {
        expectStorable(await linesOf(() => parseHtmlPage(text, URL_OF_PAGE)));
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  const link = '<a href="six-1.0.tar.gz#sha256=aa">six-1.0.tar.gz</a>';
  const file = '{"filename":"six-1.0.tar.gz","url":"a"}';
  it.each([
    ['links', (size: number) => link.repeat(size / 10), parseHtmlPage],
    ['links of many versions', (size: number) => manyVersions(size / 10), parseHtmlPage],
    ['unclosed tags', (size: number) => '<a '.repeat(size), parseHtmlPage],
    ['unclosed links', (size: number) => '<a href="x'.repeat(size), parseHtmlPage],
    ['attributes', (size: number) => `<a ${'b=c '.repeat(size)}>`, parseHtmlPage],
    ['unfinished entities', (size: number) => `<a href="${'&#x'.repeat(size)}">`, parseHtmlPage],
    ['entities', (size: number) => `<a href="${'&amp;'.repeat(size)}">`, parseHtmlPage],
    ['comments', (size: number) => '<!-- -->'.repeat(size), parseHtmlPage],
    ['unfinished comments', (size: number) => '<!--'.repeat(size), parseHtmlPage],
    ['scripts', (size: number) => '<script>'.repeat(size), parseHtmlPage],
    ['scripts that end wrongly', (size: number) => '<script></scrip>'.repeat(size), parseHtmlPage],
    ['bases', (size: number) => '<base href="a/">'.repeat(size / 10), parseHtmlPage],
    ['one long name', (size: number) => `<a href="${'six-1.0-'.repeat(size)}.whl">`, parseHtmlPage],
    ['files of JSON', (size: number) => `{"files":[${`${file},`.repeat(size / 10)}${file}]}`, parseJsonPage],
    ['lists in lists', (size: number) => `{"files":${'['.repeat(size)}`, parseJsonPage],
    ['objects in objects', (size: number) => '{"files":'.repeat(size), parseJsonPage],
    ['keys', (size: number) => `{${'"a":1,'.repeat(size)}"files":[]}`, parseJsonPage],
  ])('of half a million %s takes the time of its length', { timeout: 120_000 }, async (_what, text, read) => {
    expect(await isLinear((size) => linesOf(() => read(text(size), URL_OF_PAGE)), 60_000)).toBe(true);
  });
});

describe('merging what places list', () => {
  const hashes = (count: number): ProjectFile[] =>
    Array.from({ length: count }, (_, each) => ({
      filename: 'six-1.0.tar.gz',
      url: `https://a.example/${each}`,
      sha256: each.toString(16).padStart(64, '0'),
      size: null,
      uploadTime: null,
      requiresPython: null,
      yanked: false,
      metadata: null,
    }));

  it('takes the time of its length where one name stands for ever other files', async () => {
    expect(await isLinear((size) => mergeFiles(hashes(size)), 20_000)).toBe(true);
  });

  it('takes pages of any length', async () => {
    const place: IndexClient = {
      location: 'a',
      project: () => Promise.resolve({ files: hashes(300_000), unreadable: 0 }),
    };
    const merged = await mergedProject([place], 'six', new AbortController().signal);
    expect(merged.files).toHaveLength(300_000);
  });
});

function manyVersions(count: number): string {
  return Array.from({ length: count }, (_, each) => `<a href="six-1.${each}.tar.gz">x</a>`).join('\n');
}
