// The verified facts of a machine, as plain JSON: what an agent reads, the coordinator stores and lanes are decided on.
// A fact that could not be read is `null` and has its reason under `unknown`; it is never 0, '' or a guess.

/** Raised when the shape below changes in a way that a reader must know of. */
export const FINGERPRINT_SCHEMA = 1;

export interface CacheFacts {
  /** 1, 2, 3, … */
  readonly level: number;
  readonly type: 'data' | 'instruction' | 'unified';
  /** Of one instance. */
  readonly sizeBytes: number;
  /** How many of them the machine has. */
  readonly instances: number;
  readonly ways: number | null;
  readonly lineBytes: number | null;
}

export interface NumaNode {
  readonly id: number;
  /** The kernel's list form, such as `0-3,8-11`. */
  readonly cpus: string;
  readonly memoryBytes: number | null;
}

export interface CpuFacts {
  /** `x86_64`, `aarch64` (which macOS calls arm64), or the kernel's own word. */
  readonly architecture: string | null;
  /** As the CPU says it: `GenuineIntel`, `AuthenticAMD`, `ARM`, `Apple`. */
  readonly vendor: string | null;
  readonly modelName: string | null;
  readonly family: number | null;
  readonly model: number | null;
  readonly stepping: number | null;
  /** Names of /proc/cpuinfo that every CPU of the machine has, sorted. */
  readonly flags: readonly string[] | null;
  /** `x86-64-v1` … `x86-64-v4`, or `armv8_2` and the like; see `cpuLevel`. */
  readonly level: string | null;
  readonly sockets: number | null;
  readonly physicalCores: number | null;
  readonly logicalCpus: number | null;
  readonly caches: readonly CacheFacts[] | null;
  readonly numaNodes: readonly NumaNode[] | null;
  /** Whether two threads share a core now. */
  readonly smtActive: boolean | null;
  readonly microcode: string | null;
  /** The highest frequency that the driver names, in MHz. */
  readonly maximumMhz: number | null;
  /** Volatile: `performance`, `schedutil`, … */
  readonly governor: string | null;
  readonly frequencyDriver: string | null;
  /** Volatile: whether the CPU may go above its base frequency. */
  readonly turbo: boolean | null;
}

export interface MemoryFacts {
  readonly totalBytes: number | null;
  /** 0 is a machine without swap. */
  readonly swapBytes: number | null;
}

export interface KernelFacts {
  /** `Linux`, `Darwin` */
  readonly name: string | null;
  readonly release: string | null;
  readonly version: string | null;
  /** The active mode: `always`, `madvise`, `never`. */
  readonly transparentHugePages: string | null;
  /** 0 off, 1 partial, 2 full. */
  readonly addressRandomisation: number | null;
  /** CPUs kept from the scheduler, in the kernel's list form; '' is none. */
  readonly isolatedCpus: string | null;
  /** CPU weakness → what the kernel does about it, in its words. */
  readonly mitigations: Readonly<Record<string, string>> | null;
}

export interface OsFacts {
  /** `debian`, `ubuntu`, `rhel`, `alpine`, `macos` */
  readonly id: string | null;
  readonly version: string | null;
  readonly prettyName: string | null;
}

export interface LibcFacts {
  readonly family: 'glibc' | 'musl' | 'system' | null;
  /** `2.36` */
  readonly version: string | null;
}

export interface ContainerFacts {
  /** `none`, `docker`, `podman`, `kubernetes`, `lxc`, `systemd-nspawn`, `containerd`, `other` */
  readonly kind: string | null;
  /** Of cgroups, in CPUs. */
  readonly cpuLimit: number | 'unlimited' | null;
  readonly memoryLimitBytes: number | 'unlimited' | null;
  /** How many CPUs this process may run on (affinity and cpuset). */
  readonly allowedCpus: number | null;
}

export interface GpuFacts {
  /** `nvidia`, `amd`, `intel`, … */
  readonly vendor: string;
  readonly name: string | null;
  readonly driver: string | null;
  /** The newest CUDA that the driver serves, such as `12.4`. */
  readonly cudaVersion: string | null;
  /** Such as `8.0`. */
  readonly computeCapability: string | null;
  readonly memoryBytes: number | null;
  readonly uuid: string | null;
}

export interface InterpreterFacts {
  /** After all symbolic links. */
  readonly path: string;
  /** `cpython`, `pypy` */
  readonly implementation: string;
  /** X.Y */
  readonly version: string;
  /** X.Y.Z with its suffix, such as `3.13.0rc1`. */
  readonly fullVersion: string;
  /** The platform that it serves, such as `linux_x86_64` (`environmentFromProbe`). */
  readonly platform: string;
  readonly freeThreaded: boolean;
  /** Its libc where it says: `glibc 2.36`. */
  readonly libc: string | null;
  /** How many wheel tags it takes, and the best of them; null when it does not say. */
  readonly tags: { readonly count: number; readonly best: string } | null;
}

export interface ToolFacts {
  readonly path: string;
  readonly version: string | null;
}

export interface Fingerprint {
  readonly schema: number;
  /** Salted SHA-256 of the system's machine id: tells machines apart, names none. */
  readonly machineIdDigest: string | null;
  /** Version of the BIOS or other firmware. */
  readonly firmware: string | null;
  readonly cpu: CpuFacts;
  readonly memory: MemoryFacts;
  readonly kernel: KernelFacts;
  readonly os: OsFacts;
  readonly libc: LibcFacts;
  /** `none`, or the hypervisor: `kvm`, `vmware`, `xen`, `microsoft`, `amazon`, `other`, … */
  readonly virtualisation: string | null;
  readonly container: ContainerFacts;
  /** Empty is a machine without; null is not known. */
  readonly gpus: readonly GpuFacts[] | null;
  /** By version, newest first, then by path. */
  readonly interpreters: readonly InterpreterFacts[] | null;
  /** Those found, by name: `uv`, `bwrap`, `unshare`, … */
  readonly tools: Readonly<Record<string, ToolFacts>> | null;
  /**
   * Dotted name of a fact (`cpu.governor`) → why it could not be read; `interpreters: <path>` for one of several.
   */
  readonly unknown: Readonly<Record<string, string>>;
}

/** What one reading found of a fingerprint: the parts that it knows, merged group by group. */
export interface PartialFingerprint {
  readonly machineIdDigest?: string | null;
  readonly firmware?: string | null;
  readonly cpu?: Partial<CpuFacts>;
  readonly memory?: Partial<MemoryFacts>;
  readonly kernel?: Partial<KernelFacts>;
  readonly os?: Partial<OsFacts>;
  readonly libc?: Partial<LibcFacts>;
  readonly virtualisation?: string | null;
  readonly container?: Partial<ContainerFacts>;
  readonly gpus?: readonly GpuFacts[] | null;
  readonly interpreters?: readonly InterpreterFacts[] | null;
  readonly tools?: Readonly<Record<string, ToolFacts>> | null;
  readonly unknown?: Readonly<Record<string, string>>;
}

/** A machine of which nothing is known yet. */
export const emptyFingerprint: Fingerprint = {
  schema: FINGERPRINT_SCHEMA,
  machineIdDigest: null,
  firmware: null,
  cpu: {
    architecture: null,
    vendor: null,
    modelName: null,
    family: null,
    model: null,
    stepping: null,
    flags: null,
    level: null,
    sockets: null,
    physicalCores: null,
    logicalCpus: null,
    caches: null,
    numaNodes: null,
    smtActive: null,
    microcode: null,
    maximumMhz: null,
    governor: null,
    frequencyDriver: null,
    turbo: null,
  },
  memory: { totalBytes: null, swapBytes: null },
  kernel: {
    name: null,
    release: null,
    version: null,
    transparentHugePages: null,
    addressRandomisation: null,
    isolatedCpus: null,
    mitigations: null,
  },
  os: { id: null, version: null, prettyName: null },
  libc: { family: null, version: null },
  virtualisation: null,
  container: { kind: null, cpuLimit: null, memoryLimitBytes: null, allowedCpus: null },
  gpus: null,
  interpreters: null,
  tools: null,
  unknown: {},
};
