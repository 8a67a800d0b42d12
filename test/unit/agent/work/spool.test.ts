import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSpool, type SpooledMessage } from '../../../../agent/work/spool.ts';
import { compileChild } from '../../../support/compile-child.ts';
import { settle } from '../../../support/fake-clock.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

const message = (id: string, text = id): SpooledMessage => ({
  id,
  channel: 'result',
  jobId: 'job',
  body: new TextEncoder().encode(text),
});
const textOf = (found: SpooledMessage | null): string | null =>
  found === null ? null : new TextDecoder().decode(found.body);

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

/** Runs a writer and kills it when it has promised so many messages; gives all that it has promised. */
async function promisesUntilKilled(program: string, folder: string, killAfter: number): Promise<string[]> {
  const writer = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const promised: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    promised.push(line);
    if (promised.length === killAfter) writer.kill('SIGKILL');
  }
  if (writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  return promised;
}

describe('the spool', () => {
  it('keeps messages in the order in which they were put, over restarts', async () => {
    const spool = await openSpool(directory.path);
    for (const id of ['j.1.build.0', 'j.1.block.0', 'j.1.end.0', 'j.1.block.1']) await spool.put(message(id));
    await spool.remove(['j.1.block.0', 'never.put']);
    const expected = ['j.1.build.0', 'j.1.end.0', 'j.1.block.1'];
    expect(spool.pending()).toEqual(expected);
    const again = await openSpool(directory.path);
    expect(again.pending()).toEqual(expected);
    const { body: _body, ...rest } = message('j.1.end.0');
    expect(await again.read('j.1.end.0')).toMatchObject(rest);
    expect(textOf(await again.read('j.1.end.0'))).toBe('j.1.end.0');
    await again.put(message('j.1.log.0'));
    expect((await openSpool(directory.path)).pending()).toEqual([...expected, 'j.1.log.0']);
  });

  it('replaces a message that is put again; it counts as the newest, before a restart and after', async () => {
    const spool = await openSpool(directory.path);
    await spool.put(message('a', 'old'));
    await spool.put(message('b'));
    await spool.put(message('a', 'new'));
    expect(textOf(await spool.read('a'))).toBe('new');
    expect(spool.pending()).toEqual(['b', 'a']);
    expect((await openSpool(directory.path)).pending()).toEqual(['b', 'a']);
    await spool.remove(['a', 'b']);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('keeps the newer of two, when it died between writing one and removing the other', async () => {
    const spool = await openSpool(directory.path);
    await spool.put(message('a', 'old'));
    const [older] = await readdir(directory.path);
    const bytes = await readFile(join(directory.path, String(older)));
    await spool.put(message('a', 'new'));
    await writeFile(join(directory.path, String(older)), bytes);
    const again = await openSpool(directory.path);
    expect(textOf(await again.read('a'))).toBe('new');
    await again.remove(['a']);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('throws away what was being written when the agent died', async () => {
    await writeFile(join(directory.path, '000000000001_a.message.new'), 'half a mess');
    const spool = await openSpool(directory.path);
    expect(spool.pending()).toEqual([]);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('tells who waits about every change', async () => {
    const spool = await openSpool(directory.path);
    const told: string[] = [];
    const never = new AbortController().signal;
    void spool.changed(never).then(() => told.push('put'));
    await spool.put(message('a'));
    await settle();
    void spool.changed(never).then(() => told.push('removed'));
    await spool.remove(['a']);
    await settle();
    expect(told).toEqual(['put', 'removed']);
    expect(await spool.read('a')).toBeNull();
  });

  it('loses nothing that it promised, and keeps nothing torn, when its process is killed while it writes', async () => {
    const child = await compileChild(fileURLToPath(new URL('spool-writer.ts', import.meta.url)));
    try {
      for (const killAfter of [1, 7, 23]) {
        const folder = join(directory.path, `killed-${killAfter}`);
        const promised = await promisesUntilKilled(child.path, folder, killAfter);
        const spool = await openSpool(folder);
        const found = spool.pending();
        expect(found.slice(0, promised.length)).toEqual(promised);
        for (const id of found) expect(textOf(await spool.read(id))).toBe(id.repeat(5000));
      }
    } finally {
      await child.remove();
    }
  });
});
