import { describe, expect, it } from 'vitest';
import { collectFingerprint } from '../../../../agent/fingerprint/collect-fingerprint.ts';
import type { Fact } from '../../../../agent/fingerprint/fact.ts';
import { memoryFact } from '../../../../agent/fingerprint/facts/memory.ts';
import { defaultLanes, lanesOf, ownLevelLane } from '../../../../shared/machine/lanes.ts';
import { servesEnvironment } from '../../../../shared/machine/serves-environment.ts';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import { systemClock, type Clock } from '../../../../shared/runtime/clock.ts';
import { fingerprintOf, recordedMachine, smallMachine } from './recorded-machines.ts';

const meminfo = { '/proc/meminfo': 'MemTotal:  1000 kB\nSwapTotal: 0 kB\n' };
const fact = (collect: Fact['collect']): Fact => ({
  name: 'odd',
  provides: ['gpus', 'cpu.governor'],
  volatile: false,
  collect,
});

describe('collecting a fingerprint', () => {
  it('survives a fact that fails, and says which part is unknown for what reason', async () => {
    const broken = fact(() => Promise.reject(new Error('the disk is on fire')));
    const fingerprint = await fingerprintOf(smallMachine({ files: meminfo }), [broken, memoryFact]);
    expect(fingerprint.memory.totalBytes).toBe(1_024_000);
    expect(fingerprint.gpus).toBeNull();
    expect(fingerprint.unknown).toMatchObject({
      gpus: 'reading it failed: the disk is on fire',
      'cpu.governor': 'reading it failed: the disk is on fire',
    });
  });

  it('does not wait for a fact that hangs', async () => {
    const hanging = fact(() => new Promise(() => {}));
    const clock: Clock = {
      ...systemClock,
      sleep: (durationMs, signal) => systemClock.sleep(durationMs / 1e6, signal),
    };
    const fingerprint = await collectFingerprint({ reader: smallMachine(), facts: [hanging], clock });
    expect(fingerprint.unknown['gpus']).toBe('reading it took longer than 90 s');
  });
});

describe('the recorded machines', () => {
  const python = (version: string, platform = 'linux_x86_64') =>
    canonicalEnvironment({ python: version, platform });

  it('an old Xeon without AVX is of level v2, and its service limits are seen', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('xeon-westmere'));
    expect(fingerprint.cpu).toMatchObject({
      modelName: 'Intel(R) Xeon(R) CPU X5650 @ 2.67GHz',
      level: 'x86-64-v2',
      sockets: 1,
      physicalCores: 6,
      logicalCpus: 12,
      smtActive: true,
      governor: 'ondemand',
      turbo: true,
      maximumMhz: 2661,
    });
    expect(fingerprint.container).toEqual({
      kind: 'none',
      cpuLimit: 8,
      memoryLimitBytes: 16 * 2 ** 30,
      allowedCpus: 12,
    });
    expect(fingerprint.virtualisation).toBe('none');
    expect(fingerprint.gpus).toEqual([]);
    expect(lanesOf(defaultLanes, fingerprint)).toEqual(['x86-64-v2', 'any']);
    expect(servesEnvironment(fingerprint, python('3.9'))).toEqual({ eligible: true });
  });

  it('an Arm server is of the lane aarch64', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('arm64-altra'));
    expect(fingerprint.cpu).toMatchObject({
      architecture: 'aarch64',
      vendor: 'ARM',
      modelName: 'Neoverse-N1',
      family: 8,
      model: 0xd0c,
      level: 'armv8_2',
      smtActive: false,
    });
    expect(ownLevelLane(fingerprint)).toBe('aarch64');
    expect(lanesOf(defaultLanes, fingerprint)).toEqual(['aarch64', 'any']);
    expect(servesEnvironment(fingerprint, python('3.12', 'linux_aarch64'))).toEqual({ eligible: true });
    expect(servesEnvironment(fingerprint, python('3.12'))).toMatchObject({
      reasons: [
        'needs x86_64: the CPU is aarch64',
        'needs CPython 3.12: this machine has cpython 3.12 for linux_aarch64',
      ],
    });
  });

  it('a virtual machine is what its flags say, not what its model name says', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('vm-hidden-flags'));
    expect(fingerprint.cpu.modelName).toContain('Skylake');
    expect(fingerprint.cpu.level).toBe('x86-64-v2');
    expect(fingerprint.virtualisation).toBe('other');
    expect(fingerprint.libc).toEqual({ family: 'musl', version: '1.2' });
    expect(fingerprint.interpreters).toEqual([]);
    expect(fingerprint.unknown).toMatchObject({
      'interpreters: /usr/bin/python3.12': '/usr/bin/python3.12 did not answer within 15 s',
      'cpu.physicalCores': 'nothing on this machine tells it',
      'cpu.governor': expect.stringContaining('no frequency driver') as string,
      firmware: expect.stringContaining('no DMI') as string,
    });
  });

  it('a machine with two GPUs knows each of them, its NUMA nodes and its odd governor', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('two-nvidia-gpus'));
    expect(fingerprint.gpus).toEqual([
      {
        vendor: 'nvidia',
        name: 'NVIDIA A100-PCIE-40GB',
        driver: '550.54.15',
        cudaVersion: '12.4',
        computeCapability: '8.0',
        memoryBytes: 40 * 2 ** 30,
        uuid: 'GPU-00000000-0000-0000-0000-000000000001',
      },
      expect.objectContaining({ name: 'NVIDIA GeForce RTX 3090', computeCapability: '8.6' }),
    ]);
    expect(fingerprint.cpu).toMatchObject({
      sockets: 2,
      physicalCores: 4,
      governor: 'performance,powersave',
      turbo: false,
    });
    expect(fingerprint.cpu.caches?.find((cache) => cache.level === 3)).toMatchObject({
      instances: 2,
      sizeBytes: 48 * 2 ** 20,
    });
    expect(fingerprint.cpu.numaNodes?.map((node) => node.cpus)).toEqual(['0-1,4-5', '2-3,6-7']);
    expect(fingerprint.interpreters?.map((each) => `${each.fullVersion} ${each.freeThreaded}`)).toEqual([
      '3.13.0 true',
      '3.10.12 false',
    ]);
    expect(Object.keys(fingerprint.tools ?? {})).toEqual(['uv', 'bwrap', 'nvidia-smi']);
    expect(lanesOf(defaultLanes, fingerprint)).toContain('avx2+cuda');
    expect(servesEnvironment(fingerprint, python('3.13t'))).toEqual({ eligible: true });
    expect(servesEnvironment(fingerprint, python('3.13'))).toMatchObject({ eligible: false });
  });

  it('a container on a KVM guest is seen as both', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('epyc-kvm'));
    expect(fingerprint.virtualisation).toBe('kvm');
    expect(fingerprint.container).toMatchObject({
      kind: 'docker',
      cpuLimit: 'unlimited',
      memoryLimitBytes: 'unlimited',
    });
    expect(fingerprint.cpu.level).toBe('x86-64-v4');
    expect(fingerprint.interpreters?.map((each) => each.version)).toEqual([
      '3.13',
      '3.12',
      '3.11',
      '3.11',
      '3.10',
      '3.9',
      '3.8',
      '3.7',
      '3.6',
    ]);
  });
});
