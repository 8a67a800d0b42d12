import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import {
  identifyProcess,
  isStillRunning,
  parseIdentity,
} from '../../../../shared/runtime/process-identity.ts';
import { until } from '../../../support/until.ts';

it('knows a process by its pid and its start, and notices its end', async () => {
  // A name with brackets and spaces, as it stands in the middle of /proc/<pid>/stat.
  const child = spawn(process.execPath, ['-e', "process.title = 'a) b ('; setInterval(() => {}, 1000)"]);
  const pid = child.pid ?? 0;
  const identity = await until(() => identifyProcess(pid));
  expect(await isStillRunning(identity)).toBe(true);
  expect(await identifyProcess(pid)).toEqual(identity);
  expect(await isStillRunning({ ...identity, startedAt: 'another time' })).toBe(false);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(await isStillRunning(identity)).toBe(false);
  expect(await identifyProcess(pid)).toBeNull();
});

it('tells two processes apart', async () => {
  const [self, parent] = await Promise.all([identifyProcess(process.pid), identifyProcess(process.ppid)]);
  expect(self?.pid).toBe(process.pid);
  expect(parent?.startedAt).not.toBe(self?.startedAt);
});

it.each([0, -1, 1.5, Number.NaN, 2 ** 40])('knows nobody with the pid %s', async (pid) => {
  expect(await identifyProcess(pid)).toBeNull();
});

it('reads what was written, and nothing else', () => {
  const identity = { pid: 7, startedAt: 'x' };
  expect(parseIdentity(JSON.stringify({ ...identity, more: true }))).toEqual(identity);
  for (const text of ['', 'null', '7', '{}', '{"pid":"7","startedAt":"x"}', '{"pid":7}', '{']) {
    expect(parseIdentity(text)).toBeNull();
  }
});
