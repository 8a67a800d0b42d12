// The disk under everything is full: database, broker, spool and environments lie on a small file system of their own,
// which is filled in the middle of a trial and freed again.
import { mkdir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../shared/runtime/run-command.ts';
import {
  expectAllWell,
  inABlock,
  leaseRunOut,
  openChaosFleet,
  type ChaosFleet,
} from '../support/chaos-campaign.ts';
import { startFleet } from '../support/e2e-fleet.ts';
import { until } from '../support/until.ts';

const PROJECT = 'steady';
const STACKS = 2;
/** The broker reserves room for its streams, and the agent takes no work with less than 2 GB free. Nothing of it is used. */
const DISK = '8g';
const LIMIT = { timeoutMs: 20_000 };

let chaos: ChaosFleet | null = null;
let obstacle = '';

async function mountSmallDisk(data: string): Promise<void> {
  await mkdir(data, { recursive: true });
  const options = `size=${DISK},mode=0711`;
  const { exitCode, stderr } = await runCommand(
    'mount',
    ['-t', 'tmpfs', '-o', options, 'tmpfs', data],
    LIMIT,
  );
  if (exitCode !== 0) throw new Error(stderr.trim());
}

async function whyNoDisk(): Promise<string> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root mounts a disk';
  const probe = join('/tmp', `troop-mount-probe-${process.pid}`);
  try {
    await mountSmallDisk(probe);
    await runCommand('umount', [probe], LIMIT);
    return '';
  } catch (error) {
    return `no file system can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  obstacle = await whyNoDisk();
  if (obstacle !== '') return;
  const fleet = await startFleet({
    environment: { TROOP_LEASE_MS: '6000', TROOP_RETRY_BASE_MS: '50' },
    prepareData: mountSmallDisk,
    releaseData: async (data) => {
      await runCommand('umount', [data], LIMIT);
    },
  });
  chaos = await openChaosFleet(fleet);
  await chaos.know({ [PROJECT]: STACKS + 2 });
});
afterAll(async () => {
  await chaos?.close();
  await chaos?.fleet.stop();
});

/** The file system shrinks to what is on it. */
async function fillDisk(data: string): Promise<void> {
  const { blocks, bfree, bsize } = await statfs(data);
  await resizeDisk(data, String((blocks - bfree) * bsize));
}

async function resizeDisk(data: string, size: string): Promise<void> {
  const answer = await runCommand('mount', ['-o', `remount,size=${size}`, data], LIMIT);
  expect(answer).toMatchObject({ exitCode: 0 });
}

test('a full disk under coordinator, broker, database and agent costs time, and nothing else', async (context) => {
  if (chaos === null) return context.skip(obstacle);
  const { data } = chaos.fleet;
  await chaos.campaign('full-disk', { project: PROJECT, stacks: STACKS });
  const held = await inABlock(chaos, 'full-disk');
  await until(() => fillDisk(data).then(() => true));
  expect((await statfs(data)).bavail).toBeLessThan(1000);
  await leaseRunOut(chaos, held);
  await resizeDisk(data, DISK);
  await expectAllWell(chaos, 'full-disk', STACKS);
});
