import { describe, expect, it } from 'vitest';
import { collectFingerprint } from '../../../../agent/fingerprint/collect-fingerprint.ts';
import type { Fact } from '../../../../agent/fingerprint/fact.ts';
import { memoryFact } from '../../../../agent/fingerprint/facts/memory.ts';
import { capabilitiesOf, findCapability } from '../../../../shared/machine/capabilities.ts';
import type { Fingerprint } from '../../../../shared/machine/fingerprint.ts';
import { defaultLanes, evaluateLanes, lanesOf, ownLevelLane } from '../../../../shared/machine/lanes.ts';
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

  const reasonsOf = (fingerprint: Fingerprint, name: string): readonly string[] => {
    const found = evaluateLanes(defaultLanes, fingerprint).find(({ lane }) => lane === name);
    return found === undefined || found.verdict.eligible ? [] : found.verdict.reasons;
  };

  it('a Raspberry Pi 4 is an Arm of the first generation, with nothing of later ones', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('raspberry-pi-4'));
    expect(fingerprint.cpu).toMatchObject({
      vendor: 'ARM',
      modelName: 'Cortex-A72',
      level: 'armv8_0',
      physicalCores: 4,
      maximumMhz: 1800,
      governor: 'ondemand',
      turbo: false,
    });
    expect(fingerprint.cpu.caches?.map(({ level, sizeBytes }) => [level, sizeBytes / 1024])).toEqual([
      [1, 32],
      [1, 48],
      [2, 1024],
    ]);
    expect(fingerprint.tools).toMatchObject({ gcc: { version: '12.2.0' } });
    expect(fingerprint.unknown['firmware']).toContain('no DMI');
    expect(capabilitiesOf(fingerprint)).toEqual(['aarch64', 'neon']);
    expect(lanesOf(defaultLanes, fingerprint)).toEqual(['aarch64', 'any']);
    expect(reasonsOf(fingerprint, 'avx2+cuda')).toEqual([
      'needs avx2: the CPU Cortex-A72 is aarch64',
      'needs cuda: the machine has no NVIDIA GPU',
    ]);
    expect(servesEnvironment(fingerprint, python('3.11', 'linux_aarch64'))).toEqual({ eligible: true });
  });

  it('a pod with limits on a machine with AVX-512 and AMX has all of the one and what it may use of the other', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('kubernetes-pod'));
    expect(fingerprint.container).toEqual({
      kind: 'kubernetes',
      cpuLimit: 2.5,
      memoryLimitBytes: 4 * 2 ** 30,
      allowedCpus: 4,
    });
    expect(fingerprint.virtualisation).toBe('kvm');
    expect(fingerprint.cpu).toMatchObject({ level: 'x86-64-v4', logicalCpus: 8, physicalCores: 4 });
    expect(capabilitiesOf(fingerprint)).toEqual(
      expect.arrayContaining([
        'amx_bf16',
        'amx_int8',
        'avx512_bf16',
        'avx512_fp16',
        'avx512_vnni',
        'avx_vnni',
      ]),
    );
    expect(lanesOf(defaultLanes, fingerprint)).toEqual([
      'x86-64-v4',
      'x86-64-v3',
      'avx512f',
      'avx2',
      'x86-64-v2',
      'any',
    ]);
    expect(reasonsOf(fingerprint, 'cuda')).toEqual(['needs cuda: the machine has no NVIDIA GPU']);
  });

  it('a container of the old control groups on Haswell has AVX2, CUDA of an older GPU, and no AVX-512', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('haswell-gtx-container'));
    expect(fingerprint.container).toEqual({
      kind: 'docker',
      cpuLimit: 1.5,
      memoryLimitBytes: 2 * 2 ** 30,
      allowedCpus: 8,
    });
    expect(fingerprint.gpus).toMatchObject([
      { name: 'NVIDIA GeForce GTX 1080', driver: '470.256.02', cudaVersion: '11.4', computeCapability: null },
    ]);
    // That tool has no --version.
    expect(fingerprint.tools).toMatchObject({ 'nvidia-smi': { version: null } });
    expect(fingerprint.cpu.level).toBe('x86-64-v3');
    expect(lanesOf(defaultLanes, fingerprint)).toEqual([
      'x86-64-v3',
      'avx2+cuda',
      'avx2',
      'x86-64-v2',
      'cuda',
      'any',
    ]);
    expect(reasonsOf(fingerprint, 'avx512f')).toEqual([
      'needs avx512f: the CPU Intel(R) Core(TM) i7-4790 CPU @ 3.60GHz reports no such flag',
    ]);
    expect(findCapability('sm_61')?.verify(fingerprint)).toMatchObject({
      reasons: ["needs sm_61: the machine's GPUs name no compute capability"],
    });
  });

  it('a Mac of Apple’s own making is an Arm, and says what macOS does not tell', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('mac-m2'));
    expect(fingerprint.cpu).toMatchObject({
      architecture: 'aarch64',
      vendor: 'Apple',
      modelName: 'Apple M2',
      level: 'armv8_5',
      physicalCores: 8,
    });
    expect(fingerprint.os).toEqual({ id: 'macos', version: '14.5', prettyName: 'macOS 14.5' });
    expect(fingerprint.memory.totalBytes).toBe(16 * 2 ** 30);
    expect(fingerprint.gpus).toMatchObject([{ vendor: 'apple', name: 'Apple M2', cudaVersion: null }]);
    expect(fingerprint.unknown).toMatchObject({
      'cpu.governor': 'macOS does not tell it',
      'memory.swapBytes': 'macOS has no fixed swap',
    });
    expect(capabilitiesOf(fingerprint)).toEqual(expect.arrayContaining(['aarch64', 'bf16', 'i8mm', 'neon']));
    expect(lanesOf(defaultLanes, fingerprint)).toEqual(['aarch64', 'any']);
    expect(servesEnvironment(fingerprint, python('3.12', 'macosx_14_0_arm64'))).toEqual({ eligible: true });
    expect(servesEnvironment(fingerprint, python('3.12', 'linux_aarch64'))).toMatchObject({
      eligible: false,
    });
  });

  it('a Mac with Intel inside is of level v3, and its GPU of AMD is no CUDA', async () => {
    const fingerprint = await fingerprintOf(await recordedMachine('mac-intel'));
    expect(fingerprint.cpu).toMatchObject({
      vendor: 'GenuineIntel',
      level: 'x86-64-v3',
      family: 6,
      model: 158,
      physicalCores: 6,
      logicalCpus: 12,
    });
    expect(fingerprint.gpus?.map(({ vendor }) => vendor)).toEqual(['intel', 'amd']);
    expect(lanesOf(defaultLanes, fingerprint)).toEqual(['x86-64-v3', 'avx2', 'x86-64-v2', 'any']);
    expect(reasonsOf(fingerprint, 'cuda')).toEqual(['needs cuda: the machine has no NVIDIA GPU']);
  });
});
