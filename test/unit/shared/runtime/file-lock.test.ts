import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tryLock, withLock } from '../../../../shared/runtime/file-lock.ts';
import { compileChild, type CompiledChild } from '../../../support/compile-child.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';
import { until } from '../../../support/until.ts';

let program: CompiledChild;
let directory: TemporaryDirectory;
let path: string;

beforeAll(async () => {
  program = await compileChild(fileURLToPath(new URL('lock-taker.ts', import.meta.url)));
}, 60_000);
afterAll(() => program.remove());
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory.path, 'lock');
});
afterEach(() => directory.remove());

/** A process that held the lock and was killed with it in its hands. */
async function killHolder(): Promise<void> {
  const child = spawn(process.execPath, [program.path, path, '-', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(said)).toBe('true\n');
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

const release = async (attempt: Awaited<ReturnType<typeof tryLock>>): Promise<void> => {
  if (attempt.held) await attempt.lock.release();
};

describe('a file lock', () => {
  it('is held by one at a time, and names its holder', async () => {
    const first = await tryLock(path);
    expect(first.held).toBe(true);
    const second = await tryLock(path);
    expect(second).toMatchObject({ held: false, holder: { pid: process.pid } });
    await release(first);
    expect((await tryLock(path)).held).toBe(true);
  });

  it('is got by exactly one of many that ask at the same moment', async () => {
    const attempts = await Promise.all(Array.from({ length: 50 }, () => tryLock(path)));
    expect(attempts.filter(({ held }) => held)).toHaveLength(1);
    expect(await readdir(directory.path)).toEqual(['lock']);
  });

  it('falls to the next when its holder was killed', async () => {
    await killHolder();
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(path)));
    expect(attempts.filter(({ held }) => held).length).toBeLessThanOrEqual(1);
    const taken = attempts.find(({ held }) => held) ?? (await tryLock(path));
    expect(taken.held).toBe(true);
    expect((await tryLock(path)).held).toBe(false);
    await release(taken);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('is taken over although an earlier take-over was interrupted half-way', async () => {
    await killHolder();
    await mkdir(`${path}.taking`);
    await writeFile(`${path}.taking/stale`, 'of somebody who was killed while taking over');
    expect((await tryLock(path)).held).toBe(false);
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.taking`, longAgo, longAgo);
    const taken = await until(async () => {
      const attempt = await tryLock(path);
      return attempt.held && attempt;
    });
    expect(taken.held).toBe(true);
    await release(taken);
  });

  it('leaves nothing behind where nothing can be written', async () => {
    const heedless = 'data:text/javascript,process.on("SIGXFSZ", () => {})';
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        'ulimit -f 0; exec "$@"',
        'sh',
        process.execPath,
        '--import',
        heedless,
        program.path,
        path,
        '-',
        '0',
      ],
      { stdio: 'ignore' },
    );
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('counts a file that names nobody as nobody’s', async () => {
    await writeFile(path, 'rubbish');
    expect((await tryLock(path)).held).toBe(true);
  });

  it('is not taken from the next holder by the release of one who lost it', async () => {
    const first = await tryLock(path);
    const other = JSON.stringify({ pid: process.ppid, startedAt: 'later' });
    await writeFile(path, other);
    await release(first);
    expect(await readFile(path, 'utf8')).toBe(other);
  });

  it('lets processes through one after the other, none beside another', async () => {
    const notes = join(directory.path, 'notes');
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, [program.path, path, notes, '5'], { stdio: ['ignore', 'inherit', 'inherit'] }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    const lines = (await readFile(notes, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(40);
    for (let line = 0; line < lines.length; line += 2) {
      expect(lines[line]?.replace('begin', 'end')).toBe(lines[line + 1]);
    }
  });
});

describe('work under a lock', () => {
  it('gives the lock back when it fails', async () => {
    const options = { clock: createFakeClock(), timeoutMs: 1000, onTimeout: () => new Error('late') };
    await expect(withLock(path, options, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect((await tryLock(path)).held).toBe(true);
  });

  it('waits no longer than it may, and names who holds it', async () => {
    const clock = createFakeClock();
    const holder = await tryLock(path);
    const waiting = withLock(
      path,
      { clock, timeoutMs: 1000, onTimeout: (pid) => new Error(`held by ${pid}`) },
      () => Promise.resolve(),
    ).catch((error: unknown) => error);
    let over: unknown = null;
    void waiting.then((error) => (over = error));
    await until(async () => {
      await clock.advance(100);
      return over;
    });
    expect(over).toEqual(new Error(`held by ${process.pid}`));
    await release(holder);
  });
});
