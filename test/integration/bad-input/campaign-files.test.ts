// Campaign files that nobody can take, at `troop campaign create`: nothing is asked of a coordinator before the file is whole.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { seenIn } from '../../support/bad-input.ts';
import { callInProcess } from '../../support/call-in-process.ts';
import type { Answer } from '../../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
beforeAll(async () => {
  home = await temporaryDirectory();
  await writeFile(join(home.path, 'large.py'), '#'.repeat(1024 * 1024 + 1));
  await writeFile(join(home.path, 'empty.txt'), '# nothing\n');
  await mkdir(join(home.path, 'folder.py'));
});
afterAll(() => home.remove());

async function create(text: string): Promise<Answer> {
  const path = join(home.path, 'campaign.yaml');
  await writeFile(path, text);
  return await callInProcess('troop', ['campaign', 'create', '-f', path, '--data', join(home.path, 'none')]);
}

/** A whole campaign; `changes` replace keys, null takes one away. */
function campaign(changes: Readonly<Record<string, unknown>> = {}): string {
  const whole = { name: 'one', requirements: ['six'], benchmarks: [{ indicator: 'hello' }], ...changes };
  return JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null)));
}

type Row = readonly [what: string, text: string, ...rest: [ErrorCode, number, string, string]];
const README = 'the README shows a campaign file with every key';
const WRITE = 'write it as YAML or JSON';

const TEXTS: readonly Row[] = [
  ['empty', '', 'TROOP-1301', 2, '(top level): it is no mapping of keys to values', README],
  ['a list', '[1, 2]', 'TROOP-1301', 2, '(top level): it is no mapping', README],
  ['a sentence', 'hello there', 'TROOP-1301', 2, '(top level): it is no mapping', README],
  ['bytes', '\0\u0001\u0002', 'TROOP-1301', 2, '(top level): it is no mapping', README],
  [
    'a key twice',
    'name: a\nname: b\n',
    'TROOP-1302',
    2,
    'Map keys must be unique at line 2, column 1',
    WRITE,
  ],
  ['wrong indentation', 'name:\n\t- x\n', 'TROOP-1302', 2, 'at line 2', WRITE],
  ['an open bracket', 'name: [a\n', 'TROOP-1302', 2, 'at line', WRITE],
  ['two documents', 'a: 1\n---\nb: 2\n', 'TROOP-1302', 2, 'multiple documents at line 2', WRITE],
  [
    'an alias bomb',
    'a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n',
    'TROOP-1302',
    2,
    'it uses an alias (*name)',
    WRITE,
  ],
  ['an alias of itself', 'a: &a [*a]\n', 'TROOP-1302', 2, 'it uses an alias (*name)', WRITE],
  ['nesting without end', `name: ${'['.repeat(50_000)}`, 'TROOP-1302', 2, 'it is nested too deeply', WRITE],
  [
    'a huge file',
    `${campaign()}#${'x'.repeat(5_000_000)}`,
    'TROOP-1302',
    2,
    'longer than 4194304 characters',
    WRITE,
  ],
];

type KeyRow = readonly [
  changes: Readonly<Record<string, unknown>>,
  ...rest: [ErrorCode, number, string, string],
];
const KEYS: readonly KeyRow[] = [
  [{ sampeling: {} }, 'TROOP-1301', 2, 'sampeling: there is no such key', "did you mean 'sampling'?"],
  [{ colour: 'red' }, 'TROOP-1301', 2, 'colour: there is no such key', 'the keys here are name, '],
  [{ trial: { stack: 3 } }, 'TROOP-1301', 2, 'trial.stack: there is no such key', "did you mean 'stacks'?"],
  [{ name: null }, 'TROOP-1301', 2, 'name: it is missing', README],
  [{ name: 'a/b' }, 'TROOP-1301', 2, 'name: it does not have the form', 'for example numpy-on-avx2'],
  [{ name: 7 }, 'TROOP-1301', 2, 'name: it is no text', 'for example numpy-on-avx2'],
  [{ requirements: null }, 'TROOP-1301', 2, 'requirements: it is missing', "'requirements: [numpy]'"],
  [
    { requirements: [] },
    'TROOP-1301',
    2,
    'requirements: it must not have fewer than 1 items',
    'for example ["numpy',
  ],
  [{ requirements: 'six' }, 'TROOP-1301', 2, 'requirements: it is no list', 'for example ["numpy>=1.24"]'],
  [{ requirements: ['six', 7] }, 'TROOP-1301', 2, 'requirements[1]: it is no text', README],
  [
    { environments: [{ python: 3.1 }] },
    'TROOP-1301',
    2,
    'environments[0].python: it is no text',
    "for example '3.11', in quotes",
  ],
  [{ benchmarks: null }, 'TROOP-1301', 2, 'benchmarks: it is missing', README],
  [{ benchmarks: {} }, 'TROOP-1301', 2, 'benchmarks: it is no list', README],
  [{ lanes: 'any' }, 'TROOP-1301', 2, 'lanes: it is no list', 'for example [any, avx2]'],
  [{ lanes: ['AVX 2'] }, 'TROOP-1301', 2, 'lanes[0]: it does not have the form', 'for example avx2'],
  [
    { continuous: { every: '24 hours' } },
    'TROOP-1301',
    2,
    'continuous.every: it does not have',
    'for example 24h',
  ],
  [
    { excludeNewer: 'yesterday' },
    'TROOP-1301',
    2,
    'excludeNewer: it does not have',
    'for example 2026-01-31',
  ],
  [{ budget: { machineHours: -1 } }, 'TROOP-1301', 2, 'budget.machineHours: it must be > 0', README],
  [{ budget: { machineHours: '4h' } }, 'TROOP-1301', 2, 'budget.machineHours: it is no number', README],
  [{ limits: { buildMs: '10m' } }, 'TROOP-1301', 2, 'limits.buildMs: it is no whole number', README],
  [{ sampling: { count: 0 } }, 'TROOP-1301', 2, 'sampling.count: it must be >= 1', README],
  [{ allowSdists: 'yes' }, 'TROOP-1301', 2, 'allowSdists: it is neither true nor false', README],
  [{ priority: 'urgent' }, 'TROOP-1301', 2, 'priority: it is none of the forms', 'one of: high, normal'],
  [
    { benchmarks: [{ script: 'none.py' }] },
    'TROOP-1311',
    2,
    'the script none.py cannot be read',
    'relative to the campaign file',
  ],
  [
    { benchmarks: [{ script: 'folder.py' }] },
    'TROOP-1311',
    2,
    'the script folder.py cannot be read',
    'relative to the',
  ],
  [
    { benchmarks: [{ script: 'large.py' }] },
    'TROOP-1309',
    2,
    'large.py is 1048577 bytes long, and 1048576',
    'shorten it',
  ],
  [{ baseline: 'none.json' }, 'TROOP-1008', 2, 'the file none.json cannot be read', 'check the path'],
  [{ requirementsFrom: 'none.txt' }, 'TROOP-1008', 2, 'the file none.txt cannot be read', 'check the path'],
  [
    { requirements: null, requirementsFrom: 'empty.txt' },
    'TROOP-1301',
    2,
    'requirementsFrom: the file asks for nothing',
    'for example',
  ],
];

describe(`bad campaign files (${TEXTS.length + KEYS.length + 1} cases)`, () => {
  test.each(TEXTS)('%s', async (...[_what, text, code, status, says, hint]) => {
    const refusal = { code, status, says, hint };
    expect(seenIn(await create(text), refusal)).toEqual(refusal);
  });

  test.each(KEYS)('%j', async (...[changes, code, status, says, hint]) => {
    const refusal = { code, status, says, hint };
    expect(seenIn(await create(campaign(changes)), refusal)).toEqual(refusal);
  });

  test('a file that is not there', async () => {
    const answer = await callInProcess('troop', ['campaign', 'create', '-f', '/nowhere.yaml']);
    const says = 'the file /nowhere.yaml cannot be read';
    expect(answer.status).toBe(2);
    const refusal = {
      code: 'TROOP-1008',
      status: 2,
      says,
      hint: 'check the path and its permissions',
    } as const;
    expect(seenIn(answer, refusal)).toEqual(refusal);
  });

  test('and a good one gets as far as the coordinator, which is not there', async () => {
    expect((await create(campaign())).stderr).toContain('error[TROOP-1003]');
  });
});
