// Requirement texts and markers that nobody can take, and targets that nothing is resolved for, at `troop stack sample`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatReleaseLine, formatSnapshotHeader } from '../../../shared/stack/snapshot.ts';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { callInProcess } from '../../support/call-in-process.ts';
import { linux311, release } from '../../support/monkey/knowledge.ts';
import type { Answer } from '../../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let knowledge: string;

beforeAll(async () => {
  home = await temporaryDirectory();
  knowledge = join(home.path, 'knowledge.jsonl');
  const header = formatSnapshotHeader({
    format: 'troop-knowledge',
    version: 1,
    created: '2026-01-01T00:00:00Z',
    indexes: [{ name: 'pip', url: 'https://index.example/simple' }],
  });
  const lines = [release('six', '1.16.0'), release('six', '1.17.0')].map((each) => formatReleaseLine(each));
  await writeFile(knowledge, `${[header, ...lines].join('\n')}\n`);
});
afterAll(() => home.remove());

/** What the command asks its sampling thread. */
function draw(text: string): Promise<Answer> {
  const engine = createSamplingEngine(() => readSnapshotFile(knowledge));
  const space = {
    snapshotId: 'file',
    requirements: [text],
    constraints: [],
    environment: linux311,
    indexes: [],
    policy: {},
  };
  return answerOf(() =>
    engine.draw({ space, sampling: { strategy: 'random-walk' }, seed: '0', planned: 1, cursor: null }, 1),
  );
}

const sample = (...words: readonly string[]): Promise<Answer> =>
  callInProcess('troop', ['stack', 'sample', '--knowledge', knowledge, '-n', '1', ...words]);

type Row = readonly [text: string, code: ErrorCode, status: number, says: string, hint: string];
const FORM = 'Requirements follow PEP 508, such as: numpy>=1.24';
const FOREIGN = 'no editable, local, VCS or URL requirements';
const FIELDS = 'Only the fields of PEP 508 are known';

const TEXTS: readonly Row[] = [
  ['', 'TROOP-1804', 2, 'expected a project name at character 1', FORM],
  ['==1', 'TROOP-1804', 2, 'expected a project name at character 1', FORM],
  ['.six', 'TROOP-1804', 2, 'begins and ends with a letter or a digit at character 1', FORM],
  ['si x', 'TROOP-1804', 2, 'expected a version specifier, ";" or the end at character 4', FORM],
  ['s\u00efx', 'TROOP-1804', 2, 'expected a version specifier, ";" or the end at character 2', FORM],
  ['six>=', 'TROOP-1804', 2, 'a version is missing after >= at character 4', FORM],
  ['six===', 'TROOP-1804', 2, 'a version is missing after === at character 4', FORM],
  ['six>>1', 'TROOP-1804', 2, '">1" is not a version at character 4', FORM],
  ['six>=1.*', 'TROOP-1804', 2, 'only == and != take .* at character 4', FORM],
  ['six==1.*.*', 'TROOP-1804', 2, '"1.*.*" is not a version at character 4', FORM],
  ['six~=1', 'TROOP-1804', 2, '~= needs at least two parts, such as ~=1.4 at character 4', FORM],
  ['six[', 'TROOP-1804', 2, 'expected an extra at character 5', FORM],
  ['six[a', 'TROOP-1804', 2, 'expected "," or "]" at character 6', FORM],
  ['six>=1 # newest', 'TROOP-1804', 2, 'and then a version at character 4', FORM],
  [
    `${'s'.repeat(20_000)}`,
    'TROOP-1804',
    2,
    'the project name is longer than 256 characters at character 1',
    FORM,
  ],
  ['git+https://files.example/six.git', 'TROOP-1822', 2, 'is a URL in place of a project', FOREIGN],
  ['./six', 'TROOP-1822', 2, 'is a path in place of a project', FOREIGN],
  ['-e .', 'TROOP-1822', 2, 'is an option in place of a project', FOREIGN],
  [
    'six @ https://files.example/six.whl',
    'TROOP-1902',
    2,
    'six is required by a URL',
    'version range instead',
  ],
  ['nothing-of-it', 'TROOP-1901', 5, 'nothing-of-it', 'troop knowledge sync nothing-of-it'],
  [
    'six>1000',
    'TROOP-1306',
    1,
    'no stack satisfies the requirements in linux_x86_64-cp311',
    'loosen the requirements',
  ],
  ['six<1.16,>1.17', 'TROOP-1306', 1, 'no stack satisfies', "'troop knowledge sync' learns more releases"],
];

const MARKERS: readonly Row[] = [
  ['', 'TROOP-1804', 2, 'expected a field, such as python_version, or a quoted text at character 5', FORM],
  ['python_version', 'TROOP-1804', 2, 'expected one of <= < != == >= > ~= === in, not in', FORM],
  ['python_version << "3"', 'TROOP-1804', 2, 'or a quoted text at character 21', FORM],
  ['(python_version < "3"', 'TROOP-1804', 2, 'expected "and", "or" or ")" at character 26', FORM],
  ['python_version < "3" and', 'TROOP-1804', 2, 'or a quoted text at character 29', FORM],
  ['"a" == "b"', 'TROOP-1804', 2, 'on one side of the comparison', FORM],
  ['('.repeat(20_000), 'TROOP-1804', 2, 'parentheses are nested deeper than 64', FORM],
  ['python_versoin < "3"', 'TROOP-1806', 2, 'asks for "python_versoin", which has no value here', FIELDS],
  ['python_version < 3', 'TROOP-1806', 2, 'asks for "3", which has no value here', FIELDS],
];

type OptionRow = readonly [words: readonly string[], ...rest: [ErrorCode, number, string, string]];
const OPTIONS: readonly OptionRow[] = [
  [['--python', '2.7'], 'TROOP-1807', 2, '"2.7" is not a Python version', '3.6 is the oldest'],
  [['--python', 'three'], 'TROOP-1807', 2, '"three" is not a Python version', 'Give X.Y'],
  [['--platform', 'win32'], 'TROOP-1808', 2, '"win32" is not a platform', 'such as linux_x86_64'],
  [
    ['-n', '0'],
    'TROOP-1002',
    2,
    "-n is not valid: '0' is no whole number above 0",
    "'--help' shows the form",
  ],
  [['--format', 'xml'], 'TROOP-1002', 2, "--format is not valid: 'xml' is none of jsonl", "'--help' shows"],
  [['-r', '/nowhere.txt'], 'TROOP-1008', 2, 'the file /nowhere.txt cannot be read', 'check the path'],
];

describe(`bad requirements (${TEXTS.length + MARKERS.length + OPTIONS.length + 1} cases)`, () => {
  const short = (text: string): string => text.slice(0, 40);
  test.each(TEXTS.map((row) => ({ row, name: short(row[0]) })))('the text "$name"', async ({ row }) => {
    const [text, code, status, says, hint] = row;
    const refusal = { code, status, says, hint };
    expect(seenIn(await draw(text), refusal)).toEqual(refusal);
  });

  test.each(MARKERS.map((row) => ({ row, name: short(row[0]) })))('the marker "$name"', async ({ row }) => {
    const [text, code, status, says, hint] = row;
    const refusal = { code, status, says, hint };
    expect(seenIn(await draw(`six;${text}`), refusal)).toEqual(refusal);
  });

  test.each(OPTIONS)('the options %j', async (...[words, code, status, says, hint]) => {
    const refusal = { code, status, says, hint };
    expect(seenIn(await sample('six', ...words), refusal)).toEqual(refusal);
  });

  test('no requirement at all', async () => {
    const refusal = {
      code: 'TROOP-1903',
      status: 2,
      says: 'no requirement',
      hint: 'such as: numpy',
    } as const;
    const answer = await sample();
    expect(answer.status).toBe(2);
    expect(seenIn(answer, refusal)).toEqual(refusal);
  });

  test('and what is good is sampled', async () => {
    expect((await draw('six>=1.17')).status).toBe(0);
  });
});
