import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { isStillRunning, identifyProcess } from '../../../shared/runtime/process-identity.ts';
import { closedDirectory } from '../../../coordinator/embedded/run-as.ts';
import { compileChild, type CompiledChild } from '../../support/compile-child.ts';
import { natsCacheDirectory } from '../../support/nats.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

interface Said {
  readonly uid: number;
  readonly nats: { pid: number; url: string; isAdopted: boolean };
  readonly postgres: { pid: number; url: string; isAdopted: boolean };
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
let program: CompiledChild;
let home: TemporaryDirectory;
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await compileChild(fileURLToPath(new URL('embedded-coordinator.ts', import.meta.url)));
  if (isRoot) await chmod(join(program.path, '..', '..', '..', '..', '..'), 0o755);
});
afterAll(() => program.remove());
beforeEach(async () => {
  home = await temporaryDirectory();
  await chmod(home.path, isRoot ? 0o711 : 0o700);
});
afterEach(async () => {
  for (const child of children.splice(0)) await stop(child);
  await home.remove();
});

const start = async (as?: number): Promise<{ child: ChildProcess; said: Said }> => {
  const child = spawn(process.execPath, [program.path, join(home.path, 'data'), natsCacheDirectory], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: '/',
    ...(as === undefined ? {} : { uid: as, gid: as }),
  });
  children.push(child);
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'close').then(() => Promise.reject(new Error(`it ended: ${complaint}`))),
  ])) as [string];
  return { child, said: JSON.parse(line) as Said };
};

const stop = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
};

const valueIn = async (url: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('CREATE TABLE IF NOT EXISTS counter (value int)');
    await client.query('INSERT INTO counter VALUES (1)');
    return (await client.query<{ count: string }>('SELECT count(*) FROM counter')).rows[0]?.count;
  } finally {
    await client.end();
  }
};

test('after kill -9 of the coordinator both servers run on, and the next coordinator adopts and ends them', async () => {
  const first = await start();
  expect(await valueIn(first.said.postgres.url)).toBe('1');
  await stop(first.child, 'SIGKILL');

  const second = await start();
  expect(second.said.nats).toEqual({ ...first.said.nats, isAdopted: true });
  expect(second.said.postgres).toEqual({ ...first.said.postgres, isAdopted: true });
  expect(await valueIn(second.said.postgres.url)).toBe('2');

  const identities = await Promise.all(
    [second.said.nats.pid, second.said.postgres.pid].map((pid) => identifyProcess(pid)),
  );
  await stop(second.child);
  expect(identities).not.toContain(null);
  const left = identities.filter((identity) => identity !== null);
  expect(await Promise.all(left.map(isStillRunning))).toEqual([false, false]);
});

test('a second coordinator on the same directory is refused', async () => {
  await start();
  await expect(start()).rejects.toThrow('TROOP-1660');
});

// Needs a clone that others may read.
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const nobody = { uid: NOBODY, gid: NOBODY, name: 'nobody' };
const isReadable = (await closedDirectory(repository, nobody)) === null;

test.runIf(isRoot && isReadable)('somebody who is not root runs everything as themselves', async () => {
  await mkdir(join(home.path, 'data'), { mode: 0o700 });
  await chown(join(home.path, 'data'), NOBODY, NOBODY);
  await chmod(home.path, 0o711);
  const { said } = await start(NOBODY);
  expect(said.uid).toBe(NOBODY);
  expect(await valueIn(said.postgres.url)).toBe('1');
});
