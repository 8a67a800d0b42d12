// What people get wrong, as the built programs answer it: exit status, an error with what was wrong and what to do on stderr, and
// nothing on stdout; with --json the same as one object. One process a row.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';
import { formatReleaseLine, formatSnapshotHeader } from '../../shared/stack/snapshot.ts';
import { seenIn } from '../support/bad-input.ts';
import { release } from '../support/monkey/knowledge.ts';
import { argvOf, callProgram, environmentOf, type Answer, type Program } from '../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';

let home: TemporaryDirectory;
const at = (name: string): string => join(home.path, name);

beforeAll(async () => {
  home = await temporaryDirectory();
  await mkdir(at('folder'));
  const header = formatSnapshotHeader({
    format: 'troop-knowledge',
    version: 1,
    created: '2026-01-01T00:00:00Z',
    indexes: [{ name: 'pip', url: 'https://index.example/simple' }],
  });
  const wheel = (label: string, digit: string): { filename: string; sha256: string } => ({
    filename: `fast-1.0-py3-none-any${label}.whl`,
    sha256: digit.repeat(64),
  });
  const releases = [
    release('six', '1.16.0'),
    release('six', '1.17.0'),
    release('fast', '1.0', [], { files: [wheel('-x86_64_v3', 'b')] }),
  ];
  const knowledge = [header, ...releases.map((each) => formatReleaseLine(each))].join('\n');
  const files = {
    file: 'six\n',
    token: 'troop_operator_wrong\n',
    'knowledge.jsonl': `${knowledge}\n`,
    'broken.jsonl': `${knowledge}\n{"index"\n`,
    'rules.yaml': '- prefer: six\n',
    'campaign.yaml': 'name: one\nrequirements: [six]\nbenchmarks: [{indicator: nothing-of-it}]\n',
    'tabs.yaml': 'name:\tone\n\t- x\n',
    'credentials.json': '{"formatVersion": 1',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
});
afterAll(() => home.remove());

/** `@name` is a path below the home of the test. */
const filled = (word: string): string => word.replace(/^@/, () => `${home.path}/`);

type Row = readonly [call: string, code: ErrorCode, status: number, says: string, hint: string];
const SAMPLE = 'troop stack sample --knowledge @knowledge.jsonl -n 1';
const FORM = "correct it and call again; '--help' shows the form";
const PATH = 'check the path and its permissions';
const OUT = 'check that the folder exists, its permissions, and the room on the disk';

const ROWS: readonly Row[] = [
  [SAMPLE, 'TROOP-1903', 2, 'the request has no requirement', 'such as: numpy'],
  [`${SAMPLE} six>>1`, 'TROOP-1804', 2, '">1" is not a version at character 4', 'follow PEP 508'],
  [`${SAMPLE} nothing-of-it`, 'TROOP-1901', 5, 'nothing-of-it', 'troop knowledge sync nothing-of-it'],
  [
    `${SAMPLE} six>1000`,
    'TROOP-1905',
    1,
    'The request asks for six>1000, which no candidate meets',
    'Loosen the',
  ],
  [`${SAMPLE} six --python 2.7`, 'TROOP-1807', 2, '"2.7" is not a Python version', '3.6 is the oldest'],
  [`${SAMPLE} six --platform win32`, 'TROOP-1808', 2, '"win32" is not a platform', 'such as linux_x86_64'],
  [
    `${SAMPLE} six --strategy unifrom`,
    'TROOP-1904',
    2,
    'no sampling strategy "unifrom"',
    'Choose one of: latest',
  ],
  [
    `${SAMPLE} six --strategy stratified --parameter packages=six`,
    'TROOP-1908',
    2,
    'cannot take packages: it is not a list of names',
    'lists what each strategy takes',
  ],
  [`${SAMPLE} six --resume {`, 'TROOP-1002', 2, "is not what 'troop stack sample' said", FORM],
  [
    `${SAMPLE} six --rules @rules.yaml`,
    'TROOP-1941',
    2,
    'no kind of rule that says prefer',
    'A rule has one of',
  ],
  [`${SAMPLE} six --format requirements`, 'TROOP-1819', 1, 'has no file with a SHA-256', "'--format jsonl'"],
  [
    `${SAMPLE} fast --variants all --format requirements`,
    'TROOP-1821',
    1,
    'fast 1.0 has wheel variants (variant x86_64_v3), and requirements.txt cannot say which is meant',
    "'--format pylock'",
  ],
  [`${SAMPLE} six --output @file`, 'TROOP-1012', 2, 'file is no folder', OUT],
  [
    `${SAMPLE} six --output /proc/x`,
    'TROOP-1012',
    2,
    'the file /proc/x/1.json cannot be written: ENOENT',
    OUT,
  ],
  [`${SAMPLE} six -r @folder`, 'TROOP-1008', 2, 'folder cannot be read: it is a folder', PATH],
  [
    `${SAMPLE} six -c /dev/zero`,
    'TROOP-1008',
    2,
    'the file /dev/zero cannot be read: it is longer than',
    PATH,
  ],
  [
    'troop stack count six --knowledge @folder',
    'TROOP-2008',
    2,
    'the folder holds no files',
    'Nothing of it',
  ],
  [
    'troop stack count six --knowledge /dev/zero',
    'TROOP-1105',
    2,
    'it is longer than',
    'nothing of the file',
  ],
  [
    'troop stack count six --knowledge @broken.jsonl',
    'TROOP-1814',
    2,
    'line 5 of the',
    'Nothing of this file',
  ],
  [
    'troop campaign create -f @campaign.yaml --url http://127.0.0.1:1 --token-file @token',
    'TROOP-1003',
    3,
    'does not answer',
    "'troop up'",
  ],
  ['troop campaign create -f @tabs.yaml', 'TROOP-1302', 2, 'line 2', 'write it as YAML or JSON'],
  [
    'troop campaign list --url http://127.0.0.1:1 --token-file @folder',
    'TROOP-1004',
    4,
    'it is a folder',
    "pass '--token-file F'",
  ],
  [
    'troop campaign list --data @nobody',
    'TROOP-1003',
    3,
    'no coordinator runs with',
    "start it with 'troop up'",
  ],
  ['troop up --data /proc/x', 'TROOP-1662', 2, 'cannot be used: ENOENT', "name another with '--data'"],
  ['troop up --port 70000', 'TROOP-1002', 2, "the port is not valid: '70000'", FORM],
  ['troop up --data @d --database-url postgres://h/x?port=x', 'TROOP-1002', 2, 'its port is no number', FORM],
  [
    'troop up --data @d --database-url postgres://a@127.0.0.1:1/x',
    'TROOP-1601',
    3,
    'ECONNREFUSED',
    'PostgreSQL runs',
  ],
  [
    'troop-agent status --state @nobody',
    'TROOP-1207',
    4,
    'has not joined a fleet yet',
    "run 'troop-agent join",
  ],
  ['troop-agent status --state @', 'TROOP-1002', 2, 'not JSON; join again', FORM],
  ['troop-agent run --state @nobody', 'TROOP-1207', 4, 'has not joined a fleet yet', "run 'troop-agent join"],
  [
    'troop-agent join http://127.0.0.1:1 --token-file /dev/zero --state @s',
    'TROOP-1008',
    2,
    'it is longer than',
    PATH,
  ],
  [
    'troop-agent join http://127.0.0.1:1 --token-file @token --state /proc/x',
    'TROOP-1211',
    2,
    'ENOENT',
    "'--state DIR'",
  ],
];

/** Commands that take --json say the same as one object. */
function fromJson(answer: Answer): Answer {
  const { error } = JSON.parse(answer.stderr.trim().split('\n').at(-1) ?? '') as { error: SerialisedError };
  return { ...answer, stderr: `error[${error.code}]: ${error.message}\n  hint: ${error.hint}\n` };
}

describe(`bad input through the built programs (${ROWS.length} cases)`, () => {
  test.each(ROWS)('%s', async (...[call, code, status, says, hint]) => {
    const [program, ...words] = call.split(' ').map(filled);
    const takesJson = !/^troop up|^troop-agent run|--format/.test(call);
    const answer = await callProgram(program as Program, takesJson ? [...words, '--json'] : words);
    const refusal = { code, status, says, hint };
    expect(seenIn(takesJson ? fromJson(answer) : answer, refusal)).toEqual(refusal);
  });

  test('leaves nothing behind but what was there', async () => {
    expect((await readdir(home.path)).filter((name) => !name.includes('.')).toSorted()).toEqual([
      'd',
      'file',
      'folder',
      'token',
    ]);
  });
});

describe('words that are no call', () => {
  test.each([
    ['troop', ['tidy'], "unknown command 'tidy'"],
    ['troop', ['stack', 'sample', '--nope'], "unknown option '--nope'"],
    ['troop', ['campaign', 'create'], "required option '-f, --file <file>' not specified"],
    ['troop', ['campaign', 'show'], "missing required argument 'campaign'"],
    ['troop-agent', ['join', 'http://127.0.0.1:1'], "required option '--token-file <file>' not specified"],
  ] as const)('%s %j', async (program, words, says) => {
    const refusal = { code: 'TROOP-1013', status: 2, says, hint: "'--help' behind the command" } as const;
    expect(seenIn(fromJson(await callProgram(program, [...words, '--json'])), refusal)).toEqual(refusal);
  });

  test('are answered to people with the form of the command', async () => {
    const answer = await callProgram('troop', ['stack', 'sample', '--nope']);
    expect(answer).toMatchObject({ status: 2, stdout: '' });
    expect(answer.stderr).toMatch(/^error: unknown option '--nope'\n\(--help shows the form\)/);
  });
});

/** With a shell around it, for what only a shell can join to a program. */
async function shell(program: Program, words: readonly string[], rest: string): Promise<Answer> {
  const quoted = argvOf(program, words)
    .map((word) => `'${word}'`)
    .join(' ');
  const { exitCode, stdout, stderr } = await runCommand('/bin/sh', ['-c', `${quoted} ${rest}`], {
    timeoutMs: 60_000,
    environment: environmentOf(),
  });
  return { status: exitCode, stdout, stderr };
}

describe.runIf(process.platform === 'linux')('what stands at the ends of a pipe', () => {
  const sample = (): readonly string[] => [
    'stack',
    'sample',
    'six',
    '--knowledge',
    at('knowledge.jsonl'),
    '-n',
    '1',
  ];

  test('a full disk behind standard output is an error', async () => {
    const says = 'the file standard output cannot be written: ENOSPC';
    const refusal = { code: 'TROOP-1012', status: 2, says, hint: OUT } as const;
    expect(seenIn(await shell('troop', sample(), '> /dev/full'), refusal)).toEqual(refusal);
  });

  test('a full disk behind standard error changes no status', async () => {
    expect((await shell('troop', [...sample().slice(0, -1), '0'], '2> /dev/full')).status).toBe(2);
  });

  test('a reader that goes away is no error', async () => {
    const answer = await shell('troop', ['--help'], '| head -c 1');
    expect(answer).toMatchObject({ status: 0, stderr: '' });
  });

  test('a token from a source without an end is refused', async () => {
    const words = ['join', 'http://127.0.0.1:1', '--token-file', '-', '--state', at('s')];
    const says = 'the file standard input cannot be read: it is longer than';
    const refusal = { code: 'TROOP-1008', status: 2, says, hint: PATH } as const;
    expect(seenIn(await shell('troop-agent', words, '< /dev/zero'), refusal)).toEqual(refusal);
  });
});

test('a doctor comes back from a state directory that cannot be', async () => {
  const answer = await callProgram('troop-agent', ['doctor', '--state', '/proc/troop', '--json']);
  expect(answer.status).toBe(1);
  expect(JSON.parse(answer.stdout)).toMatchObject({ fit: false });
  expect(answer.stdout).toContain('the state directory /proc/troop cannot be written: ENOENT');
});
