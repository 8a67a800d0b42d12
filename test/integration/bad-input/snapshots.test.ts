// Snapshot files with broken lines: named by number, and nothing of the file is taken in, whether a command reads the
// file itself or the knowledge base takes it in.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let database: MigratedDatabase;
beforeAll(async () => {
  home = await temporaryDirectory();
  database = await createMigratedDatabase();
});
afterAll(async () => {
  await database.drop();
  await home.remove();
});

const HEAD =
  '{"format":"troop-knowledge","version":1,"created":"2026-01-01T00:00:00Z",' +
  '"indexes":[{"name":"pip","url":"https://index.example/simple"}]}\n';
const LINE =
  '{"index":"pip","name":"six","version":"1.16.0","requires_python":null,"requires_dist":[],"provides_extra":[],' +
  '"yanked":false,"files":[]}\n';
const other = (from: string, to: string): string => LINE.replace(from, to);

type Row = readonly [what: string, content: string | Buffer, ...rest: [ErrorCode, number, string, string]];
const HEADER = 'The first line is {"format":"troop-knowledge","version":1';
const NOTHING = 'Nothing of this file was taken in';

const FILES: readonly Row[] = [
  ['empty', '', 'TROOP-1813', 2, 'not a knowledge snapshot: it is not JSON', HEADER],
  ['bytes', Buffer.from([1, 2, 255, 254]), 'TROOP-1813', 2, 'it is not JSON', HEADER],
  ['without a header', LINE, 'TROOP-1813', 2, '"format" is not a text', HEADER],
  [
    'of another format',
    HEAD.replace('troop-k', 'k'),
    'TROOP-1813',
    2,
    '"format" is not "troop-knowledge"',
    HEADER,
  ],
  [
    'of a later version',
    HEAD.replace('"version":1', '"version":2'),
    'TROOP-1813',
    2,
    '"version" is not 1',
    HEADER,
  ],
  ['a line cut off', `${HEAD}${LINE}{"index"`, 'TROOP-1814', 2, 'line 3 of the knowledge', NOTHING],
  ['an empty line', `${HEAD}\n${LINE}`, 'TROOP-1814', 2, 'line 2 of the knowledge snapshot', NOTHING],
  [
    'a list',
    `${HEAD}${LINE}[]\n`,
    'TROOP-1814',
    2,
    'line 3 of the knowledge snapshot cannot be read: it is not a JSON object',
    NOTHING,
  ],
  [
    'nesting without end',
    `${HEAD}${'['.repeat(100_000)}\n`,
    'TROOP-1814',
    2,
    'line 2 of the knowledge',
    NOTHING,
  ],
  [
    'a wrong key',
    `${HEAD}${other('"index"', '"indx"')}`,
    'TROOP-1814',
    2,
    'line 2 of the knowledge snapshot cannot be read: "index" is not a text',
    NOTHING,
  ],
  ['a wrong version', `${HEAD}${other('1.16.0', 'one')}`, 'TROOP-1814', 2, '"one" is not a version', NOTHING],
  [
    'a wrong name',
    `${HEAD}${other('"six"', '"s x"')}`,
    'TROOP-1814',
    2,
    '"s x" is not a project name',
    NOTHING,
  ],
  [
    'a wrong file',
    `${HEAD}${other('[]}', '[{}]}')}`,
    'TROOP-1814',
    2,
    '"files[0].filename" is not a text',
    NOTHING,
  ],
  [
    'a wrong hash',
    `${HEAD}${other('[]}', '[{"filename":"a.whl","sha256":"zz"}]}')}`,
    'TROOP-1814',
    2,
    '"sha256" is not 64',
    NOTHING,
  ],
  [
    'a release twice',
    `${HEAD}${LINE}${other('false', 'true')}`,
    'TROOP-1105',
    2,
    'line 3 of the snapshot is not valid: six 1.16.0 of index pip stands there twice',
    'nothing of the file was taken in',
  ],
  [
    'gzip cut off',
    gzipSync(`${HEAD}${LINE}`).subarray(0, 90),
    'TROOP-1120',
    2,
    'the compression of the snapshot is damaged or cut off',
    'nothing of the file was taken in',
  ],
];

describe(`bad snapshot files (${FILES.length} cases, read and taken in)`, () => {
  test.each(FILES)('%s', async (...[_what, content, code, status, says, hint]) => {
    const path = join(home.path, 'knowledge.jsonl');
    await writeFile(path, content);
    const answer = await answerOf(() => readSnapshotFile(path));
    const refusal = { code, status, says, hint };
    expect(seenIn(answer, refusal)).toEqual(refusal);

    const store = openKnowledgeStore(database.pool);
    const error = await store
      .importSnapshot(chunksOf(Buffer.from(content)))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TroopError);
    expect(error).toMatchObject({ code, exitCode: status });
    expect((error as TroopError).message).toContain(says);
    expect(await store.listSnapshots(10)).toEqual([]);
  });

  test('and a good one is taken in', async () => {
    const store = openKnowledgeStore(database.pool);
    expect(await store.importSnapshot(chunksOf(Buffer.from(HEAD + LINE)))).toMatchObject({ releases: 1 });
  });
});

async function* chunksOf(content: Buffer): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}
