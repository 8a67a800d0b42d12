// The vocabulary of capabilities: single verified hardware facts by which work is routed. Each says what it implies
// (so that lanes can be ordered) and, for a machine without it, what was seen instead.
import { cpuLevels, flagsAddedBy, flagsMissingFor, X86_LEVELS, type X86Level } from './cpu-level.ts';
import { unknownReason } from './merge-fingerprint.ts';
import { ELIGIBLE, refuse, type Verdict } from './verdict.ts';
import type { Fingerprint, GpuFacts } from './fingerprint.ts';

export interface Capability {
  readonly name: string;
  /** Capabilities that every machine with this one has too. */
  readonly implies: readonly string[];
  /** Whether the machine has it; the reasons are whole sentences that begin with `needs <name>:`. */
  verify(fingerprint: Fingerprint): Verdict;
}

/** `the CPU AMD EPYC` */
const cpuName = ({ cpu }: Fingerprint): string =>
  cpu.modelName === null ? 'the CPU' : `the CPU ${cpu.modelName}`;

const architecture = (name: string): Capability => ({
  name,
  implies: [],
  verify: (fingerprint) => {
    const actual = fingerprint.cpu.architecture;
    if (actual === name) return ELIGIBLE;
    return refuse(
      actual === null
        ? `needs ${name}: the architecture is not known: ${unknownReason(fingerprint, 'cpu.architecture')}`
        : `needs ${name}: ${cpuName(fingerprint)} is ${actual}`,
    );
  },
});

/** The CPU's flags when it is of the architecture and they are known, else the verdict that says what is wrong. */
function flagsFor(
  name: string,
  cpuArchitecture: string,
  fingerprint: Fingerprint,
): readonly string[] | Verdict {
  const { architecture: actual, flags } = fingerprint.cpu;
  if (actual !== null && actual !== cpuArchitecture) {
    return refuse(`needs ${name}: ${cpuName(fingerprint)} is ${actual}`);
  }
  if (flags === null || actual === null) {
    const fact = flags === null ? 'cpu.flags' : 'cpu.architecture';
    return refuse(
      `needs ${name}: the ${fact === 'cpu.flags' ? 'flags' : 'architecture'} of the CPU is not known: ${unknownReason(fingerprint, fact)}`,
    );
  }
  return flags;
}

const isVerdict = (value: readonly string[] | Verdict): value is Verdict => !Array.isArray(value);

const level = (name: X86Level): Capability => ({
  name,
  implies: [
    ...X86_LEVELS.slice(0, X86_LEVELS.indexOf(name)),
    ...X86_LEVELS.slice(0, X86_LEVELS.indexOf(name) + 1)
      .flatMap((each) => flagsAddedBy(each))
      .filter((flag) => X86_FLAGS.some(([known]) => known === flag)),
    'x86_64',
  ],
  verify: (fingerprint) => {
    const flags = flagsFor(name, 'x86_64', fingerprint);
    if (isVerdict(flags)) return flags;
    if (cpuLevels('x86_64', flags).includes(name)) return ELIGIBLE;
    const own = fingerprint.cpu.level ?? 'no level at all';
    const missing = flagsMissingFor(name, flags).join(', ');
    return refuse(`needs ${name}: ${cpuName(fingerprint)} is ${own}, it reports no ${missing}`);
  },
});

/** A capability that is one flag of /proc/cpuinfo. */
const cpuFlag = (
  cpuArchitecture: string,
  [name, implied, flag = name]: readonly [string, readonly string[], string?],
): Capability => ({
  name,
  implies: [...implied, cpuArchitecture],
  verify: (fingerprint) => {
    const flags = flagsFor(name, cpuArchitecture, fingerprint);
    if (isVerdict(flags)) return flags;
    if (flags.includes(flag)) return ELIGIBLE;
    return refuse(`needs ${name}: ${cpuName(fingerprint)} reports no such flag`);
  },
});

// Which flag needs which: Linux, arch/x86/kernel/cpu/cpuid-deps.c.
const X86_FLAGS: readonly (readonly [string, readonly string[], string?])[] = [
  ['avx', []],
  ['avx2', ['avx']],
  ['fma', ['avx']],
  ['f16c', []],
  ['bmi2', []],
  ['avx_vnni', ['avx2', 'avx']],
  ['avx512f', ['avx2', 'avx']],
  ...['avx512bw', 'avx512cd', 'avx512dq', 'avx512vl', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16'].map(
    (name) => [name, ['avx512f', 'avx2', 'avx']] as const,
  ),
  ['avx512vbmi', ['avx512f', 'avx2', 'avx']],
  ['avx512_vbmi2', ['avx512f', 'avx2', 'avx']],
  ['amx_tile', []],
  ...['amx_int8', 'amx_bf16', 'amx_fp16'].map((name) => [name, ['amx_tile']] as const),
];

const ARM_FLAGS: readonly (readonly [string, readonly string[], string?])[] = [
  ['neon', [], 'asimd'],
  ['sve', ['neon']],
  ['sve2', ['sve', 'neon']],
  ['sme', ['neon']],
  ['bf16', ['neon']],
  ['i8mm', ['neon']],
  ['asimddp', ['neon']],
  ['fphp', ['neon']],
  ['atomics', []],
];

const nvidiaGpus = (gpus: readonly GpuFacts[]): readonly GpuFacts[] =>
  gpus.filter((gpu) => gpu.vendor === 'nvidia');

/** The NVIDIA GPUs, or the verdict that there is none. */
function gpusFor(name: string, fingerprint: Fingerprint): readonly GpuFacts[] | Verdict {
  const { gpus } = fingerprint;
  if (gpus === null) {
    return refuse(`needs ${name}: the GPUs are not known: ${unknownReason(fingerprint, 'gpus')}`);
  }
  const own = nvidiaGpus(gpus);
  return own.length > 0 ? own : refuse(`needs ${name}: the machine has no NVIDIA GPU`);
}

const isNone = (value: readonly GpuFacts[] | Verdict): value is Verdict => !Array.isArray(value);

const cuda: Capability = {
  name: 'cuda',
  implies: [],
  verify: (fingerprint) => {
    const gpus = gpusFor('cuda', fingerprint);
    if (isNone(gpus)) return gpus;
    if (gpus.some((gpu) => gpu.cudaVersion !== null)) return ELIGIBLE;
    const driver = gpus.find((gpu) => gpu.driver !== null)?.driver;
    return refuse(
      driver === undefined
        ? `needs cuda: the machine has ${gpus[0]?.name ?? 'an NVIDIA GPU'} but no working NVIDIA driver`
        : `needs cuda: the NVIDIA driver ${driver} names no CUDA version`,
    );
  },
};

const smName = (computeCapability: string): string => `sm_${computeCapability.replace('.', '')}`;

/** `sm_80`: a GPU of exactly compute capability 8.0; "8.0 or newer" is the quantity `gpu.compute`. */
const sm = (name: string): Capability => ({
  name,
  implies: ['cuda'],
  verify: (fingerprint) => {
    const gpus = gpusFor(name, fingerprint);
    if (isNone(gpus)) return gpus;
    const own = gpus.flatMap((gpu) =>
      gpu.computeCapability === null ? [] : [smName(gpu.computeCapability)],
    );
    if (!own.includes(name)) {
      const seen = own.length === 0 ? 'name no compute capability' : `are ${[...new Set(own)].join(', ')}`;
      return refuse(`needs ${name}: the machine's GPUs ${seen}`);
    }
    const driver = cuda.verify(fingerprint);
    return driver.eligible ? ELIGIBLE : driver;
  },
});

const CAPABILITIES: readonly Capability[] = [
  architecture('x86_64'),
  architecture('aarch64'),
  ...X86_LEVELS.map(level),
  ...X86_FLAGS.map((flag) => cpuFlag('x86_64', flag)),
  ...ARM_FLAGS.map((flag) => cpuFlag('aarch64', flag)),
  cuda,
];

const SM = /^sm_[0-9]{2,3}$/;

/** The names of the closed part of the vocabulary; `sm_` with the digits of a compute capability comes on top. */
export const capabilityNames: readonly string[] = CAPABILITIES.map((capability) => capability.name);

/** The capability of that name, or null when the vocabulary has none. */
export function findCapability(name: string): Capability | null {
  const known = CAPABILITIES.find((capability) => capability.name === name);
  return known ?? (SM.test(name) ? sm(name) : null);
}

/** Every capability of the machine, sorted; what is not known is not claimed. */
export function capabilitiesOf(fingerprint: Fingerprint): readonly string[] {
  const generations = nvidiaGpus(fingerprint.gpus ?? [])
    .flatMap((gpu) => (gpu.computeCapability === null ? [] : [smName(gpu.computeCapability)]))
    .filter((name) => SM.test(name));
  const candidates = [...new Set([...capabilityNames, ...generations])];
  return candidates.filter((name) => findCapability(name)?.verify(fingerprint).eligible).toSorted();
}
