import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identifyProcess } from '../../../shared/runtime/process-identity.ts';
import { createWorkspace, sweepWorkspaces } from '../../../agent/sandbox/workspace.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'troop-workspace-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a workspace is empty at first and gone at its end, whatever was left in it', async () => {
  {
    await using workspace = await createWorkspace(root, 'trial-1');
    expect(await readdir(workspace.path)).toEqual([]);
    await mkdir(join(workspace.path, 'closed'));
    await writeFile(join(workspace.path, 'closed', 'file'), '');
    await chmod(join(workspace.path, 'closed'), 0o000);
  }
  expect(await readdir(root)).toEqual([]);
});

test('sweeping removes what a dead process left, and leaves what is in use', async () => {
  await using used = await createWorkspace(root, 'used');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid as number;
  const owners = {
    abandoned: await identifyProcess(pid),
    recycled: { pid: process.pid, startedAt: 'another time' },
  };
  for (const [id, owner] of Object.entries(owners)) {
    await mkdir(join(root, id, 'files'), { recursive: true });
    await writeFile(join(root, id, 'owner.json'), JSON.stringify(owner));
  }
  await mkdir(join(root, 'unsigned'));
  expect(await sweepWorkspaces(root)).toEqual(['recycled', 'unsigned']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await sweepWorkspaces(root)).toEqual(['abandoned']);
  expect(await readdir(used.path)).toEqual([]);
});

test('sweeping a directory that was never made finds nothing', async () => {
  expect(await sweepWorkspaces(join(root, 'never'))).toEqual([]);
});
