// `troop stack` as it is installed, on a snapshot file and without any server: its thread, its pipes, its signals.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { argvOf, callProgram, environmentOf, type Answer } from '../support/programs.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../support/temporary-directory.ts';

const SNAPSHOT = fileURLToPath(new URL('../fixtures/knowledge/scientific-cp311.jsonl.gz', import.meta.url));

let directory: TemporaryDirectory;
beforeAll(async () => {
  directory = await temporaryDirectory();
});
afterAll(() => directory.remove());

// Whoever answers, it is not a coordinator: there is none in this directory.
const stack = (...argv: readonly string[]): Promise<Answer> =>
  callProgram('troop', ['stack', ...argv, '--knowledge', SNAPSHOT, '--data', directory.path]);

test('every command answers from a snapshot file', async () => {
  const counted = await stack('count', 'numpy', 'scipy', '--json', '--where', 'numpy<2');
  expect(counted).toMatchObject({ status: 0, stderr: '' });
  const { count, exact, where } = JSON.parse(counted.stdout) as {
    count: string;
    exact: boolean;
    where: { count: string };
  };
  expect(exact).toBe(true);
  expect(BigInt(where.count)).toBeLessThan(BigInt(count));
  const drawn = await stack('sample', 'numpy', 'scipy', '-n', count, '--strategy', 'all');
  expect(drawn.status).toBe(0);
  const stacks = join(directory.path, 'stacks.jsonl');
  await writeFile(stacks, drawn.stdout);
  const lines = drawn.stdout.trimEnd().split('\n');
  expect(BigInt(new Set(lines).size)).toBe(BigInt(count));
  const covered = await stack('coverage', 'numpy', 'scipy', '--stacks', stacks, '--json');
  const { versions, pairs } = JSON.parse(covered.stdout) as Record<
    'versions' | 'pairs',
    { covered: number; reachable: number }
  >;
  expect(versions.covered).toBe(versions.reachable);
  expect(pairs.covered).toBe(pairs.reachable);
  const first = join(directory.path, 'first');
  const last = join(directory.path, 'last');
  await writeFile(first, lines[0] ?? '');
  await writeFile(last, lines.at(-1) ?? '');
  expect((await stack('check', 'numpy', 'scipy', '--stack', first)).status).toBe(0);
  expect((await stack('explain', 'numpy', 'scipy', '--stack', last)).status).toBe(0);
  expect((await stack('neighbours', 'numpy', 'scipy', '--baseline', first, '-n', '3')).status).toBe(0);
  const diff = await callProgram('troop', ['stack', 'diff', first, last]);
  expect(diff.stdout).toMatch(/^ {2}numpy .* \(down\)$/m);
});

test('what cannot be answered has a code, a hint and its status', async () => {
  const broken = join(directory.path, 'broken.jsonl');
  const header = '{"format":"troop-knowledge","version":1,"created":"2026-01-01T00:00:00Z","indexes":[]}';
  await writeFile(broken, `${header}\n{"index":"pip",\n`);
  const onBroken = await callProgram('troop', ['stack', 'count', 'numpy', '--knowledge', broken]);
  expect(onBroken).toMatchObject({ status: 2, stdout: '' });
  expect(onBroken.stderr).toMatch(/^error\[TROOP-1814\]: line 2 of the knowledge snapshot.*\n {2}hint: /);
  const nowhere = await callProgram('troop', ['stack', 'count', 'numpy', '--knowledge', '/nowhere']);
  expect(nowhere.status).toBe(2);
  const unknown = await stack('count', 'no-such-project');
  expect(unknown.status).toBe(5);
  expect(unknown.stderr).toContain('troop knowledge sync no-such-project');
  expect((await stack('explain', 'numpy<1', 'scipy')).status).toBe(1);
  const none = await stack('sample', 'numpy<1', '--json');
  expect(none).toMatchObject({ status: 1, stdout: '' });
  expect(JSON.parse(none.stderr)).toMatchObject({ error: { code: 'TROOP-1905' } });
});

test('a reader that has had enough ends it quietly, and ^C ends it with 130', async () => {
  const argv = [
    'stack',
    'sample',
    'pandas',
    '-n',
    '1000000',
    '--strategy',
    'random-walk',
    '--knowledge',
    SNAPSHOT,
  ];
  const [file = '', ...rest] = argvOf('troop', argv);
  const start = () => spawn(file, rest, { env: environmentOf(), stdio: ['ignore', 'pipe', 'pipe'] });
  const piped = start();
  let stderr = '';
  piped.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  await once(piped.stdout, 'data');
  piped.stdout.destroy();
  expect(await once(piped, 'exit')).toEqual([0, null]);
  expect(stderr).toBe('');
  const interrupted = start();
  await once(interrupted.stdout, 'data');
  interrupted.kill('SIGINT');
  expect(await once(interrupted, 'exit')).toEqual([130, null]);
});
