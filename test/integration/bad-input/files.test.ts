// Files that people name and that are none: a folder, something without an end, nothing, a path through a file. And places
// where nothing can be written: what was there stays, and no half file is left.
import { mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStackOutput, type OutputFlags } from '../../../coordinator/cli/stack-output.ts';
import { openSecrets } from '../../../coordinator/composition/secrets.ts';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { streamTerminal } from '../../../shared/terminal/terminal.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { callInProcess } from '../../support/call-in-process.ts';
import type { Answer, Program } from '../../support/programs.ts';
import { sampleLock } from '../../support/sample-lock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let server: Server;
let url: string;
/** Paths that the server was asked for. */
let asked: string[];
const at = (name: string): string => join(home.path, name);

const RELEASE = { format: 'troop-knowledge', version: 1, created: '2026-01-01T00:00:00Z', indexes: [] };

beforeAll(async () => {
  home = await temporaryDirectory();
  await Promise.all(
    ['folder', 'state-of-folders/credentials.json', 'keeper'].map((name) =>
      mkdir(at(name), { recursive: true }),
    ),
  );
  const files = {
    file: 'six\n',
    token: 'troop_operator_right\n',
    'campaign.yaml': 'x',
    'keeper/kept': 'kept\n',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
  await writeFile(at('huge'), '');
  await truncate(at('huge'), 64 * 1024 * 1024);
  await symlink(at('loop'), at('loop'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.setHeader('content-type', 'application/x-ndjson');
    response.write(`${JSON.stringify(RELEASE)}\n`, () => {
      if (request.url?.includes('snapshot=cut') === true) response.destroy();
      else response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await home.remove();
});

/** `@name` is a path below the home of the test. */
const filled = (word: string): string =>
  word.replace(/^@/, () => `${home.path}/`).replace('<url>', () => url);

interface Place {
  readonly path: string;
  readonly says: string;
}
const FOLDER: Place = { path: '@folder', says: 'it is a folder, and a file is expected' };
const NOTHING: Place = { path: '@nothing', says: 'ENOENT' };
const BELOW: Place = { path: '@file/x', says: 'ENOTDIR' };
const LOOP: Place = { path: '@loop', says: 'ELOOP' };
const PLACES: readonly Place[] = [
  FOLDER,
  NOTHING,
  BELOW,
  LOOP,
  { path: '/dev/zero', says: 'it is longer than' },
  { path: '@huge', says: 'it is longer than' },
];

type Option = readonly [call: string, code: ErrorCode, status: number, hint: string];
const PATH = 'check the path and its permissions';
const TOKEN = "pass '--token-file F'";
const ON = '--knowledge @file';

/** `?` is where the path stands. */
const OPTIONS: readonly Option[] = [
  [`troop stack count ${ON} -r ?`, 'TROOP-1008', 2, PATH],
  [`troop stack count six ${ON} -c ?`, 'TROOP-1008', 2, PATH],
  [`troop stack count six ${ON} --rules ?`, 'TROOP-1008', 2, PATH],
  [`troop stack count six ${ON} --pipeline ?`, 'TROOP-1008', 2, PATH],
  [`troop stack check six ${ON} --stack ?`, 'TROOP-1008', 2, PATH],
  [`troop stack explain six ${ON} --stack ?`, 'TROOP-1008', 2, PATH],
  [`troop stack neighbours six ${ON} --baseline ?`, 'TROOP-1008', 2, PATH],
  [`troop stack diff ? @file`, 'TROOP-1008', 2, PATH],
  [`troop stack sample six ${ON} --format amun --context ?`, 'TROOP-1008', 2, PATH],
  ['troop campaign create -f ?', 'TROOP-1008', 2, PATH],
  ['troop campaign list --url http://127.0.0.1:1 --token-file ?', 'TROOP-1004', 4, TOKEN],
  ['troop-agent join http://127.0.0.1:1 --token-file ? --state @s', 'TROOP-1008', 2, PATH],
];

describe(`files that are none (${OPTIONS.length * PLACES.length} cases)`, () => {
  const rows = OPTIONS.flatMap((option) =>
    PLACES.map((place) => ({ option, place, call: option[0], path: place.path })),
  );
  test.each(rows)('$path: $call', async ({ option, place }) => {
    const [call, code, status, hint] = option;
    const [program, ...words] = call
      .replace('?', () => place.path)
      .split(' ')
      .map(filled);
    const refusal = { code, status, says: place.says, hint };
    expect(seenIn(await callInProcess(program as Program, words), refusal)).toEqual(refusal);
  });
});

type FileRow = readonly [line: string, code: ErrorCode, says: string, hint: string];
const head = 'name: one\nbenchmarks: [{indicator: hello}]\n';
const NAMED: readonly FileRow[] = [
  ['requirementsFrom: folder', 'TROOP-1008', 'it is a folder', PATH],
  ['requirementsFrom: /dev/zero', 'TROOP-1008', 'it is longer than', PATH],
  ['requirementsFrom: {file: nothing}', 'TROOP-1008', 'ENOENT', PATH],
  ['requirements: [six]\nconstraintsFrom: folder', 'TROOP-1008', 'it is a folder', PATH],
  ['requirements: [six]\nconstraintsFrom: huge', 'TROOP-1008', 'it is longer than', PATH],
  ['requirements: [six]\nbaseline: folder', 'TROOP-1008', 'it is a folder', PATH],
  ['requirements: [six]\nbaseline: /dev/zero', 'TROOP-1008', 'it is longer than', PATH],
  ['requirements: [six]\npipeline: folder', 'TROOP-1008', 'it is a folder', PATH],
  ['requirements: [six]\npipeline: loop', 'TROOP-1008', 'ELOOP', PATH],
];
const SCRIPTS: readonly FileRow[] = [
  ['folder', 'TROOP-1311', 'it is a folder', 'relative to the campaign file'],
  ['/dev/zero', 'TROOP-1311', 'it is longer than', 'relative to the campaign file'],
  ['nothing', 'TROOP-1311', 'ENOENT', 'relative to the campaign file'],
];

describe(`files that a campaign names (${NAMED.length + SCRIPTS.length} cases)`, () => {
  const create = async (text: string): Promise<Answer> => {
    await writeFile(at('campaign.yaml'), text);
    return await callInProcess('troop', ['campaign', 'create', '-f', at('campaign.yaml')]);
  };

  test.each(NAMED)('%j', async (line, code, says, hint) => {
    const refusal = { code, status: 2, says, hint };
    expect(seenIn(await create(`${head}${line}\n`), refusal)).toEqual(refusal);
  });

  test.each(SCRIPTS)('the script %s', async (path, code, says, hint) => {
    const refusal = { code, status: 2, says, hint };
    const text = `name: one\nrequirements: [six]\nbenchmarks: [{script: ${path}}]\n`;
    expect(seenIn(await create(text), refusal)).toEqual(refusal);
  });
});

describe('knowledge that is none', () => {
  test.each([
    ['@folder', 'TROOP-2008', 2, 'the folder holds no files', 'Nothing of it was taken in'],
    [
      '/dev/zero',
      'TROOP-1105',
      2,
      'line 1 of the snapshot is not valid: it is longer than',
      'nothing of the file was taken in',
    ],
    ['@huge', 'TROOP-1105', 2, 'it is longer than', 'nothing of the file was taken in'],
    ['/dev/null', 'TROOP-1813', 2, 'it is not JSON', 'The first line is'],
    ['@nothing', 'TROOP-1008', 2, 'ENOENT', PATH],
    ['@loop', 'TROOP-1008', 2, 'ELOOP', PATH],
  ] as const)('%s', async (...[path, code, status, says, hint]) => {
    const refusal = { code, status, says, hint };
    expect(seenIn(await answerOf(() => readSnapshotFile(filled(path))), refusal)).toEqual(refusal);
  });
});

describe('secrets and state that are none', () => {
  test.each([
    ['operator-token', 'folder', 'it is a folder'],
    ['operator-token', '/dev/zero', 'it is longer than'],
    ['operator-token', 'two tokens\n', 'it holds no single token'],
    ['coordinator-key.pem', 'folder', 'it is a folder'],
    ['coordinator-key.pem', 'text', 'it is no private key; bring back the one'],
  ])('%s: %j', async (name, content, says) => {
    const directory = at(`secrets-${name}-${content.replace(/\W/g, '')}`);
    await mkdir(directory);
    const path = join(directory, name);
    if (content === 'folder') await mkdir(path);
    else if (content === '/dev/zero') await symlink(content, path);
    else await writeFile(path, content);
    const refusal = { code: 'TROOP-1008', status: 2, says, hint: PATH } as const;
    expect(seenIn(await answerOf(() => openSecrets(directory)), refusal)).toEqual(refusal);
  });

  test.each(['status', 'run'])('credentials that are a folder, at %s', async (command) => {
    const refusal = { code: 'TROOP-1008', status: 2, says: 'it is a folder', hint: PATH } as const;
    expect(
      seenIn(await callInProcess('troop-agent', [command, '--state', at('state-of-folders')]), refusal),
    ).toEqual(refusal);
  });

  test.each([
    ['@file/state', 'ENOTDIR'],
    ['/proc/state', 'ENOENT'],
    ['/dev/full', 'ENOTDIR'],
  ])('a state directory that cannot be, %s, is said before the token is used up', async (state, says) => {
    asked.length = 0;
    const words = ['join', url, '--token-file', at('token'), '--state', filled(state)];
    const code = state === '/proc/state' ? 'TROOP-1211' : 'TROOP-1008';
    const hint = state === '/proc/state' ? "give another with '--state DIR'" : PATH;
    const refusal = { code, status: 2, says, hint } as const;
    expect(seenIn(await callInProcess('troop-agent', words), refusal)).toEqual(refusal);
    expect(asked).toEqual([]);
  });
});

const OUT = 'check that the folder exists, its permissions, and the room on the disk';
type OutRow = readonly [path: string, says: string];
const OUTPUTS: readonly OutRow[] = [
  ['@folder', 'it is a folder, and a file is expected'],
  ['@missing/x', 'ENOENT: no such file or directory'],
  ['@file/x', 'ENOTDIR'],
  ['/dev/full', 'ENOSPC: no space left on device'],
  ['/proc/x', 'ENOENT: no such file or directory'],
];

async function outputTo(flags: OutputFlags): Promise<void> {
  const nowhere = { write: () => true };
  const terminal = streamTerminal(nowhere, nowhere, {});
  const output = await openStackOutput({ flags, terminal, parameters: {}, startedAtMs: 0 });
  await output.write(sampleLock(), {});
  await output.close(1);
}

const unwritable = (path: string, says: string) =>
  ({
    code: 'TROOP-1012',
    status: 2,
    says: `the file ${filled(path)} cannot be written: ${says}`,
    hint: OUT,
  }) as const;

describe(`places where nothing can be written (${3 * OUTPUTS.length} cases)`, () => {
  test.each(OUTPUTS)('an exported snapshot in %s', async (path, says) => {
    const words = ['knowledge', 'export', filled(path), '--url', url, '--token-file', at('token')];
    const refusal = unwritable(path, says);
    expect(seenIn(await callInProcess('troop', words), refusal)).toEqual(refusal);
  });

  test.each(OUTPUTS)('a report in %s', async (path, says) => {
    const refusal = unwritable(path, says);
    expect(
      seenIn(await answerOf(() => outputTo({ format: 'pylock', report: filled(path) })), refusal),
    ).toEqual(refusal);
  });

  test.each([
    ['@file', 'file is no folder'],
    ['@file/x', 'ENOTDIR'],
    ['/dev/full', '/dev/full is no folder'],
    ['/proc/x', 'ENOENT'],
    ['@loop', 'ELOOP'],
  ])('stacks in the folder %s', async (path, says) => {
    const refusal = { code: 'TROOP-1012', status: 2, says, hint: OUT } as const;
    expect(
      seenIn(await answerOf(() => outputTo({ format: 'pylock', output: filled(path) })), refusal),
    ).toEqual(refusal);
  });

  test('stacks are not written over others', async () => {
    await outputTo({ format: 'pylock', output: at('stacks') });
    const before = await readFile(at('stacks/pylock.1.toml'), 'utf8');
    const refusal = { code: 'TROOP-1012', status: 2, says: 'EEXIST', hint: OUT } as const;
    expect(
      seenIn(await answerOf(() => outputTo({ format: 'pylock', output: at('stacks') })), refusal),
    ).toEqual(refusal);
    expect(await readFile(at('stacks/pylock.1.toml'), 'utf8')).toBe(before);
  });
});

describe('an export that the coordinator breaks off', () => {
  test.each(['kept', 'new', 'new.gz'])(
    'is the fault of the coordinator, and leaves %s as it was',
    async (name) => {
      const words = [
        'knowledge',
        'export',
        at(`keeper/${name}`),
        '--snapshot',
        'cut',
        '--url',
        url,
        '--token-file',
        at('token'),
      ];
      const refusal = {
        code: 'TROOP-1003',
        status: 3,
        says: `the coordinator at ${url} does not answer`,
        hint: 'troop up',
      } as const;
      expect(seenIn(await callInProcess('troop', words), refusal)).toEqual(refusal);
      expect(await readdir(at('keeper'))).toEqual(['kept']);
      expect(await readFile(at('keeper/kept'), 'utf8')).toBe('kept\n');
    },
  );

  test('and one that is whole takes the place of what was there', async () => {
    await symlink('target', at('link'));
    await writeFile(at('target'), 'old\n');
    const words = ['knowledge', 'export', at('link'), '--url', url, '--token-file', at('token')];
    expect((await callInProcess('troop', words)).status).toBe(0);
    expect(await readFile(at('target'), 'utf8')).toBe(`${JSON.stringify(RELEASE)}\n`);
  });
});
