// Snapshot files of any content: all of them or an error of the catalogue, in the time of their length, whatever they
// unpack to.
import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { snapshotLines } from '../../../coordinator/knowledge/store/snapshot-lines.ts';
import { formatReleaseLine, parseReleaseLine } from '../../../shared/stack/snapshot.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { damagedBytes, damagedText, isLinear, isRead } from '../../support/hostile-input.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { until } from '../../support/until.ts';

const folder = await temporaryDirectory();
afterAll(() => folder.remove());

const HEAD =
  '{"format":"troop-knowledge","version":1,"created":"2026-01-01T00:00:00Z",' +
  '"indexes":[{"name":"pip","url":"https://index.example/simple"}]}\n';
const line = (version: string, more = ''): string =>
  `{"index":"pip","name":"six","version":"${version}","requires_python":">=3","requires_dist":["a>=1; extra == 'x'"],` +
  '"provides_extra":["x"],"yanked":false,"files":[{"filename":"six-1-py3-none-any.whl","url":"https://files.example/six",' +
  `"sha256":"${'a'.repeat(64)}","size":1,"upload_time":"2026-01-01T00:00:00Z"}]${more}}\n`;
const WHOLE = HEAD + line('1') + line('2');
const PIECES =
  '{ } [ ] : , " \\ \\u0000 \\ud800 null true -1 1e999 "__proto__":{"a":1}, "constructor":1, "toString":"x",';

async function readBytes(content: string | Buffer): Promise<unknown> {
  const path = join(folder.path, 'knowledge.jsonl');
  await writeFile(path, content);
  return readSnapshotFile(path);
}

describe('a snapshot file', () => {
  it('that is damaged anywhere is read or refused, plain or compressed', async () => {
    expect(await isRead(() => readBytes(WHOLE))).toBe(true);
    const text = damagedText(WHOLE, [...PIECES.split(' '), '\n', '\r\n', '\0']).map((each) =>
      Buffer.from(each),
    );
    const bytes = fc.oneof(
      { weight: 4, arbitrary: text },
      text.map((each) => gzipSync(each, { level: 1 })),
      damagedBytes(gzipSync(WHOLE)),
      fc.uint8Array({ maxLength: 40 }).map((rest) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...rest])),
      fc.uint8Array({ maxLength: 60 }).map((all) => Buffer.from(all)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        expect(typeof (await isRead(() => readBytes(content)))).toBe('boolean');
      }),
      { numRuns: fuzzRuns(300) },
    );
  });

  it('with any JSON in the place of any field is read or refused, and what is read is written the same', async () => {
    const known = JSON.parse(line('1')) as Record<string, unknown>;
    const key = fc.oneof(fc.constantFrom(...Object.keys(known), '__proto__', 'constructor'), fc.string());
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom('1!0', '=='.repeat(50), '\0', '\ud800', -1, 2 ** 53, 'toString', [null], [[]], [{}]),
    );
    const changes = fc.array(fc.tuple(fc.boolean(), key, value), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(changes, async (changed) => {
        const [file = {}] = known['files'] as Record<string, unknown>[];
        const own = changed.filter(([isOfFile]) => !isOfFile).map(([, name, said]) => [name, said] as const);
        const ofFile = changed
          .filter(([isOfFile]) => isOfFile)
          .map(([, name, said]) => [name, said] as const);
        const files = [{ ...file, ...Object.fromEntries(ofFile) }];
        const text = JSON.stringify({ ...known, files, ...Object.fromEntries(own) });
        if (!(await isRead(() => readBytes(`${HEAD}${text}\n`)))) return;
        const written = formatReleaseLine(parseReleaseLine(text, 2));
        expect(formatReleaseLine(parseReleaseLine(written, 2))).toBe(written);
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  it.skipIf(process.platform !== 'linux')('that is refused is closed', async () => {
    const path = join(folder.path, 'knowledge.jsonl');
    const open = async (): Promise<number> => {
      const links = (await readdir('/proc/self/fd')).map((name) => readlink(`/proc/self/fd/${name}`));
      const found = await Promise.allSettled(links);
      return found.filter((link) => link.status === 'fulfilled' && link.value === path).length;
    };
    for (const content of [
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1]),
      '{}\n',
      `${HEAD}{}\n${WHOLE.repeat(2000)}`,
    ]) {
      expect(await isRead(() => readBytes(content))).toBe(false);
    }
    await until(async () => (await open()) === 0);
  });

  it.each([
    ['of many lines', (size: number) => HEAD + line('1').repeat(size / 100)],
    ['of one long line', (size: number) => HEAD + line('1', `,"x":"${'a'.repeat(size)}"`)],
    ['of one deep line', (size: number) => `${HEAD}{"a":${'['.repeat(size)}`],
    ['of many keys', (size: number) => HEAD + line('1', `,"a":1`.repeat(size))],
    ['of many files', (size: number) => `${HEAD}{"files":[${'{"filename":"a"},'.repeat(size / 4)}{}]}`],
    ['of empty lines', (size: number) => HEAD + '\n'.repeat(size)],
    ['of carriage returns', (size: number) => HEAD + '\r'.repeat(size)],
    ['of members of gzip', (size: number) => gzipSync(HEAD + line('1').repeat(size / 10), { level: 9 })],
  ])('%s takes the time of its length', { timeout: 120_000 }, async (_what, content) => {
    expect(await isLinear((size) => isRead(() => readBytes(content(size))), 100_000)).toBe(true);
  });
});

describe('the lines of a snapshot', () => {
  const ended = async (content: Buffer, limits: { lines: number; bytes: number }): Promise<number> => {
    let lines = 0;
    const stream = (async function* () {
      yield content;
    })();
    for await (const _line of snapshotLines(stream, limits)) lines += 1;
    return lines;
  };

  it('are given up when they unpack to more than is allowed: a few kilobytes hold a gigabyte', async () => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, '{}\n'));
    const bytes = 1024 * 1024;
    expect(bomb.length).toBeLessThan(bytes / 50);
    await expect(ended(bomb, { lines: 1e9, bytes })).rejects.toMatchObject({ code: 'TROOP-1105' });
  });

  it('are given up when there are more than are allowed, and not before', async () => {
    const bytes = 1e9;
    for (const text of ['a\nb\n', 'a\nb']) {
      expect(await ended(Buffer.from(text), { lines: 2, bytes })).toBe(2);
      await expect(ended(Buffer.from(text), { lines: 1, bytes })).rejects.toMatchObject({
        facts: { line: 2 },
      });
    }
  });
});
