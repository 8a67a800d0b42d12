// Indexes and files that are not what they should be: a root of a sync that cannot be learned ends it with a code, a hint
// and a status, and so does a file that is not the one announced. Bounded in time and size, whatever the other side does.
import { afterEach, describe, expect, test } from 'vitest';
import { httpIndex } from '../../../coordinator/knowledge/index/http-index.ts';
import { createMetadataReader } from '../../../coordinator/knowledge/metadata/metadata-reader.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import {
  startFakeIndex,
  type FakeFile,
  type FakeIndexOptions,
  type Fault,
} from '../../support/fake-index.ts';
import { openTestAccess, removeFolder, type TestAccess } from '../../support/fake-index-access.ts';
import { makeSdist, makeWheel, sha256Of } from '../../support/fake-index-files.ts';

const signal = new AbortController().signal;
const wheel = makeWheel({ name: 'demo', version: '1.0', paddingBytes: 50_000 });
const sdist = makeSdist({ name: 'demo', version: '1.0' });
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function serve(
  options: FakeIndexOptions,
  file: FakeFile,
): Promise<{ access: TestAccess; url: string; fail: (fault: Fault) => void }> {
  const index = await startFakeIndex(options);
  index.add('demo', file);
  const access = await openTestAccess({ indexUrl: index.url, timeoutMs: 300 });
  closing.push(
    () => index.close(),
    () => access.close(),
    () => removeFolder(access.directory),
  );
  return { access, url: index.url, fail: (fault) => index.fail(/demo/, fault) };
}

const html = (body: string): Fault => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'text/html' },
  body,
});
const json = (body: string): Fault => ({
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' },
  body,
});
const status = (code: number, headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status: code,
  headers,
});

type PageRow = readonly [what: string, fault: Fault, ...rest: [ErrorCode, number, string, string]];
const WELL = 'call again when the index is well';
const SIMPLE = 'that of a simple index (PEP 503 or PEP 691)';
const NETWORK = 'check the network, the proxy and the certificate';

const PAGES: readonly PageRow[] = [
  ['500', status(500), 'TROOP-1103', 3, 'answered with status 500', WELL],
  ['503 for ever', status(503), 'TROOP-1103', 3, 'answered with status 503', WELL],
  ['401', status(401), 'TROOP-1106', 4, 'wants other credentials (status 401)', '~/.netrc'],
  ['403', status(403), 'TROOP-1106', 4, 'wants other credentials (status 403)', '~/.netrc'],
  [
    'a redirect in a circle',
    status(302, { location: 'demo/' }),
    'TROOP-1102',
    3,
    'too many redirects',
    NETWORK,
  ],
  [
    'a picture',
    { ...html('PNG'), headers: { 'content-type': 'image/png' } } as Fault,
    'TROOP-1112',
    1,
    'is not understood',
    SIMPLE,
  ],
  ['JSON that is none', json('{"files": ['), 'TROOP-1112', 1, 'is not understood', SIMPLE],
  ['JSON of another form', json('{"files": 7}'), 'TROOP-1112', 1, 'is not understood', SIMPLE],
  [
    'JSON of a later major version',
    json('{"meta":{"api-version":"9.0"},"files":[]}'),
    'TROOP-1112',
    1,
    'is not understood',
    SIMPLE,
  ],
  [
    'a page that never ends',
    { kind: 'endless' },
    'TROOP-1104',
    1,
    'that are allowed',
    'not what an index answers with',
  ],
  ['no answer at all', { kind: 'silence' }, 'TROOP-1102', 3, 'cannot be reached', NETWORK],
  ['an answer cut off', { kind: 'cut', afterBytes: 500 }, 'TROOP-1102', 3, 'cannot be reached', NETWORK],
];

describe(`${PAGES.length} indexes that do not answer as one`, () => {
  test.each(PAGES)('%s', async (...[, fault, code, exit, says, hint]) => {
    const { access, url, fail } = await serve({}, wheel);
    fail(fault);
    const wanted = { code, status: exit, says, hint };
    expect(seenIn(await answerOf(() => httpIndex(url, access).project('demo', signal)), wanted)).toEqual(
      wanted,
    );
  });
});

type FileRow = readonly [
  what: string,
  options: FakeIndexOptions,
  file: FakeFile,
  ...rest: [ErrorCode, number, string, string],
];
const WHOLE: FakeIndexOptions = { metadata: 'none', ranges: false };
const DAMAGED = 'its release counts as needs-build';
const OTHER = 'the index or a proxy between gives out another file';

const FILES: readonly FileRow[] = [
  [
    'a wheel cut off',
    WHOLE,
    { ...wheel, bytes: wheel.bytes.subarray(0, 4000) },
    'TROOP-1111',
    1,
    'and the index says',
    OTHER,
  ],
  [
    'a wheel with another hash',
    WHOLE,
    { ...wheel, announcedSha256: sha256Of('lie') },
    'TROOP-1111',
    1,
    wheel.filename,
    OTHER,
  ],
  [
    'a wheel that is no archive',
    { metadata: 'none' },
    { ...wheel, bytes: Buffer.from('no zip'), sha256: sha256Of('no zip') },
    'TROOP-1116',
    1,
    wheel.filename,
    DAMAGED,
  ],
  [
    'a wheel of another project',
    { metadata: 'none' },
    { ...makeWheel({ name: 'other', version: '1.0' }), filename: wheel.filename },
    'TROOP-1116',
    1,
    wheel.filename,
    DAMAGED,
  ],
  [
    'a wheel of another version',
    { metadata: 'none' },
    { ...makeWheel({ name: 'demo', version: '2.0' }), filename: wheel.filename },
    'TROOP-1116',
    1,
    wheel.filename,
    DAMAGED,
  ],
  [
    'an sdist cut off',
    {},
    { ...sdist, bytes: sdist.bytes.subarray(0, 60) },
    'TROOP-1116',
    1,
    sdist.filename,
    DAMAGED,
  ],
];

describe(`${FILES.length} files that are not what they should be`, () => {
  test.each(FILES)('%s', async (...[, options, file, code, exit, says, hint]) => {
    const { access, url } = await serve(options, file);
    const page = await httpIndex(url, access).project('demo', signal);
    const [listed] = page?.files ?? [];
    if (listed === undefined) throw new Error('the fake index lists nothing');
    const wanted = { code, status: exit, says, hint };
    expect(
      seenIn(await answerOf(() => createMetadataReader(access).read('demo', listed, signal)), wanted),
    ).toEqual(wanted);
  });
});
