// Small machines for tests of this room; each test says what it changes.
import type { Fingerprint, GpuFacts, PartialFingerprint } from '../../../../shared/machine/fingerprint.ts';
import { mergeFingerprint } from '../../../../shared/machine/merge-fingerprint.ts';

export const V1_FLAGS: readonly string[] = ['cmov', 'cx8', 'fpu', 'fxsr', 'mmx', 'syscall', 'sse', 'sse2'];
export const V2_FLAGS: readonly string[] = [
  ...V1_FLAGS,
  'cx16',
  'lahf_lm',
  'popcnt',
  'pni',
  'sse4_1',
  'sse4_2',
  'ssse3',
];
export const V3_FLAGS: readonly string[] = [
  ...V2_FLAGS,
  'avx',
  'avx2',
  'bmi1',
  'bmi2',
  'f16c',
  'fma',
  'abm',
  'movbe',
  'xsave',
];
export const V4_FLAGS: readonly string[] = [
  ...V3_FLAGS,
  'avx512f',
  'avx512bw',
  'avx512cd',
  'avx512dq',
  'avx512vl',
];

export const a100: GpuFacts = {
  vendor: 'nvidia',
  name: 'NVIDIA A100-PCIE-40GB',
  driver: '535.104.05',
  cudaVersion: '12.2',
  computeCapability: '8.0',
  memoryBytes: 40 * 2 ** 30,
  uuid: 'GPU-1',
};

/** A Linux machine of level v3 with 32 GiB, glibc 2.36, CPython 3.11 and no GPU, with changes on top. */
export function machine(...changes: readonly PartialFingerprint[]): Fingerprint {
  return mergeFingerprint([
    {
      cpu: {
        architecture: 'x86_64',
        modelName: 'AMD EPYC 7302',
        flags: V3_FLAGS,
        level: 'x86-64-v3',
        physicalCores: 16,
        logicalCpus: 32,
      },
      memory: { totalBytes: 32 * 2 ** 30, swapBytes: 0 },
      kernel: { name: 'Linux', release: '6.1.0-18-amd64' },
      libc: { family: 'glibc', version: '2.36' },
      gpus: [],
      tools: {},
      interpreters: [
        {
          path: '/usr/bin/python3.11',
          implementation: 'cpython',
          version: '3.11',
          fullVersion: '3.11.2',
          platform: 'linux_x86_64',
          freeThreaded: false,
          libc: 'glibc 2.36',
          tags: null,
        },
      ],
    },
    ...changes,
  ]);
}
