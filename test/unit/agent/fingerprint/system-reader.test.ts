import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemReader } from '../../../../agent/fingerprint/system-reader.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';
import { fingerprintOf } from './recorded-machines.ts';

const environment = { PATH: process.env['PATH'], HOME: process.env['HOME'], SECRET_TOKEN: 'hunter2' };
const reader = systemReader({ clock: systemClock, platform: process.platform, environment });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'troop-reader-'));
});
afterAll(() => rm(folder, { recursive: true }));

const node = (script: string, timeoutMs = 10_000) =>
  reader.run([process.execPath, '-e', script], { timeoutMs });

describe('the reader of this machine', () => {
  it('gives null, nothing or absent for what is not there', async () => {
    expect(await reader.readFile(join(folder, 'missing'))).toBeNull();
    expect(await reader.readFile(folder)).toBeNull();
    expect(await reader.listFolder(join(folder, 'missing'))).toEqual([]);
    expect(await reader.exists(join(folder, 'missing'))).toBe(false);
    expect(await reader.realPath(join(folder, 'missing'))).toBeNull();
    expect(await reader.run(['troop-no-such-program'], { timeoutMs: 1000 })).toEqual({ kind: 'absent' });
  });

  it('reads at most 4 MiB of a file', async () => {
    await writeFile(join(folder, 'large'), 'x'.repeat(5 * 2 ** 20));
    const text = await reader.readFile(join(folder, 'large'));
    expect(text?.length).toBeGreaterThanOrEqual(4 * 2 ** 20);
    expect(text?.length).toBeLessThan(4.2 * 2 ** 20);
  });

  it('tells exit code and both outputs of a command', async () => {
    const outcome = await node('console.log("out"); console.error("err"); process.exitCode = 3;');
    expect(outcome).toEqual({ kind: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('does not wait for a command that hangs, nor leave its children behind', async () => {
    const pidFile = join(folder, 'pid');
    const script = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    expect(await node(script, 2000)).toEqual({ kind: 'failed', reason: 'did not answer within 2 s' });
    const pid = Number(await reader.readFile(pidFile));
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  it('keeps at most 1 MiB of output', async () => {
    const outcome = await node('process.stdout.write("x".repeat(3 << 20))');
    expect(outcome.kind === 'exited' ? outcome.stdout.length : 0).toBe(2 ** 20);
  });

  it('hands commands nothing of the environment that they do not need', async () => {
    const outcome = await node('console.log(JSON.stringify(process.env))');
    const seen = JSON.parse(outcome.kind === 'exited' ? outcome.stdout : '{}') as Record<string, string>;
    expect(seen['LC_ALL']).toBe('C');
    expect(Object.values(seen)).not.toContain('hunter2');
  });
});

const isRunning = async (pid: number): Promise<boolean> => {
  const status = await reader.readFile(`/proc/${pid}/status`);
  return status !== null && !/^State:\s+[ZX]/m.test(status);
};

describe.runIf(process.platform === 'linux')('the fingerprint of this machine', () => {
  const run = async (program: string, ...parameters: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(program, parameters, {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout.trim();
  };

  it('agrees with lscpu, getconf and the interpreters themselves', async () => {
    const fingerprint = await fingerprintOf(reader);
    const lscpu = await run('lscpu');
    const told = (key: string): string => new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(lscpu)?.[1] ?? '';
    expect(fingerprint.cpu.architecture).toBe(told('Architecture'));
    expect(String(fingerprint.cpu.logicalCpus)).toBe(told('CPU\\(s\\)'));
    expect(String(fingerprint.cpu.sockets)).toBe(told('Socket\\(s\\)'));
    expect(fingerprint.cpu.flags).toEqual(told('Flags').split(' ').toSorted());
    expect(fingerprint.kernel.release).toBe(await run('uname', '-r'));
    expect(`${fingerprint.libc.family} ${fingerprint.libc.version}`).toBe(
      await run('getconf', 'GNU_LIBC_VERSION'),
    );

    const interpreters = fingerprint.interpreters ?? [];
    expect(interpreters.length).toBeGreaterThan(0);
    const told3 = await Promise.all(
      interpreters.map((each) => run(each.path, '-c', 'import platform; print(platform.python_version())')),
    );
    expect(interpreters.map((each) => each.fullVersion)).toEqual(told3);
  });
});
