// The way to the GPUs through PATH, with programs of our own that stand for the real tool: found, asked and believed no
// further than it deserves. UNPROVEN ON A REAL GPU.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gpuFact } from '../../../../agent/fingerprint/facts/gpu.ts';
import { toolsFact } from '../../../../agent/fingerprint/facts/tools.ts';
import { askNvidiaSmi } from '../../../../agent/fingerprint/nvidia-smi.ts';
import type { MachineReader } from '../../../../agent/fingerprint/machine-reader.ts';
import { systemReader } from '../../../../agent/fingerprint/system-reader.ts';
import { systemClock, type Clock } from '../../../../shared/runtime/clock.ts';
import { EXAMPLE_DRIVER, fakeNvidiaSmi, type FakeDriver } from '../../../support/fake-nvidia-smi.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory.remove());

/** Waits eight times less than it is told to. */
const hasty: Clock = {
  ...systemClock,
  sleep: (durationMs, signal) => systemClock.sleep(durationMs / 8, signal),
};

const readerWith = (clock: Clock): MachineReader =>
  systemReader({ clock, platform: 'linux', environment: { PATH: `${directory.path}:/usr/bin:/bin` } });

const TWO_GENERATIONS: FakeDriver = {
  driver: '550.54.15',
  cuda: '12.4',
  gpus: [
    { name: 'Tesla V100-SXM2-32GB', uuid: 'GPU-1', memoryMebibytes: 32_768, compute: '7.0' },
    { name: 'NVIDIA H100 PCIe', uuid: 'GPU-2', memoryMebibytes: 81_559, compute: '9.0' },
  ],
};

/** Processes that were started from the directory of the test. */
async function runningHere(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(join(directory.path, 'nvidia-smi')));
}

describe.runIf(process.platform === 'linux')('nvidia-smi on PATH (unproven on a real GPU)', () => {
  it('is asked for every GPU, of whatever generation', async () => {
    await fakeNvidiaSmi(directory.path, TWO_GENERATIONS);
    expect(await askNvidiaSmi(readerWith(systemClock))).toMatchObject({
      kind: 'gpus',
      gpus: [
        { name: 'Tesla V100-SXM2-32GB', computeCapability: '7.0', memoryBytes: 32_768 * 2 ** 20 },
        { name: 'NVIDIA H100 PCIe', computeCapability: '9.0', driver: '550.54.15', cudaVersion: '12.4' },
      ],
    });
    const { tools } = await toolsFact.collect(readerWith(systemClock));
    expect(tools?.['nvidia-smi']).toEqual({ path: join(directory.path, 'nvidia-smi'), version: '550.54.15' });
  });

  it('that is not there means no GPU where PCI shows none', async () => {
    expect(
      await askNvidiaSmi(
        systemReader({ clock: systemClock, platform: 'linux', environment: { PATH: directory.path } }),
      ),
    ).toEqual({
      kind: 'absent',
    });
  });

  it('that hangs is left after its time, and nothing of it goes on', async () => {
    await fakeNvidiaSmi(directory.path, EXAMPLE_DRIVER, 'hangs');
    expect(await askNvidiaSmi(readerWith(hasty))).toEqual({
      kind: 'broken',
      reason: 'nvidia-smi did not answer within 20 s',
    });
    await expect.poll(runningHere, { timeout: 10_000 }).toEqual([]);
  });

  it('whose header hangs gives the GPUs, without a CUDA version: no lane of CUDA', async () => {
    await fakeNvidiaSmi(directory.path, EXAMPLE_DRIVER, 'header-hangs');
    expect(await askNvidiaSmi(readerWith(hasty))).toMatchObject({
      kind: 'gpus',
      gpus: [{ name: 'NVIDIA GeForce RTX 4090', driver: '560.35.03', cudaVersion: null }],
    });
  });

  it('that prints rubbish is broken, with the rubbish as the reason', async () => {
    await fakeNvidiaSmi(directory.path, EXAMPLE_DRIVER, 'garbage');
    expect(await askNvidiaSmi(readerWith(systemClock))).toMatchObject({
      kind: 'broken',
      reason: expect.stringMatching(/^nvidia-smi printed something else: .*not a table/) as string,
    });
  });

  it('that finds no driver (status 9) is broken, which is not "no GPU"', async () => {
    await fakeNvidiaSmi(directory.path, EXAMPLE_DRIVER, 'no-driver');
    const { gpus, unknown } = await gpuFact.collect(readerWith(systemClock));
    expect([...(gpus ?? []), ...Object.values(unknown ?? {})]).toContainEqual(
      expect.stringContaining("failed with 9: NVIDIA-SMI has failed because it couldn't communicate"),
    );
  });
});
