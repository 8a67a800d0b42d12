// The part of a fingerprint that measurements depend on. When its digest changes, the machine's hardware epoch rises
// and absolute times of before and after are not compared. Volatile facts (governor, turbo, free space, interpreters,
// tools) are left out: a window opened for five minutes must not begin a new series.
import { canonicalJson, sha256Hex } from '../stack/canonical-json.ts';
import type { Fingerprint, GpuFacts } from './fingerprint.ts';

/** Total memory differs by what the kernel keeps for itself, from boot to boot; modules come in larger steps. */
const MEMORY_STEP_BYTES = 256 * 2 ** 20;

/** `sha256:` over the hardware facts; equal for two readings of an unchanged machine. */
export function hardwareDigest(fingerprint: Fingerprint): string {
  return `sha256:${sha256Hex(canonicalJson(hardwareFacts(fingerprint)))}`;
}

export interface HardwareDifference {
  /** Dotted name of the fact. */
  readonly fact: string;
  readonly before: string;
  readonly after: string;
}

/** What changed between two readings, for people; empty exactly when the digests are equal. */
export function hardwareDifferences(before: Fingerprint, after: Fingerprint): readonly HardwareDifference[] {
  const older = hardwareFacts(before);
  const newer = hardwareFacts(after);
  return Object.keys(older).flatMap((fact) => {
    const [was, is] = [canonicalJson(older[fact]), canonicalJson(newer[fact])];
    return was === is ? [] : [{ fact, before: was, after: is }];
  });
}

/** The facts that count, flat, by dotted name. */
function hardwareFacts({ cpu, memory, kernel, container, ...machine }: Fingerprint): Record<string, unknown> {
  return {
    machineIdDigest: machine.machineIdDigest,
    firmware: machine.firmware,
    virtualisation: machine.virtualisation,
    'cpu.architecture': cpu.architecture,
    'cpu.vendor': cpu.vendor,
    'cpu.modelName': cpu.modelName,
    'cpu.family': cpu.family,
    'cpu.model': cpu.model,
    'cpu.stepping': cpu.stepping,
    'cpu.flags': cpu.flags,
    'cpu.sockets': cpu.sockets,
    'cpu.physicalCores': cpu.physicalCores,
    'cpu.logicalCpus': cpu.logicalCpus,
    'cpu.caches': cpu.caches,
    'cpu.numaNodes': cpu.numaNodes?.map(({ id, cpus }) => ({ id, cpus })) ?? null,
    'cpu.smtActive': cpu.smtActive,
    'cpu.microcode': cpu.microcode,
    'cpu.maximumMhz': cpu.maximumMhz,
    'memory.totalBytes':
      memory.totalBytes === null
        ? null
        : Math.round(memory.totalBytes / MEMORY_STEP_BYTES) * MEMORY_STEP_BYTES,
    'kernel.name': kernel.name,
    'kernel.release': kernel.release,
    'kernel.mitigations': kernel.mitigations,
    'container.kind': container.kind,
    'container.cpuLimit': container.cpuLimit,
    'container.memoryLimitBytes': container.memoryLimitBytes,
    'container.allowedCpus': container.allowedCpus,
    gpus: machine.gpus?.map(gpuIdentity).toSorted() ?? null,
  };
}

/** Without the CUDA version, which follows from the driver. */
const gpuIdentity = ({ vendor, name, driver, memoryBytes, uuid }: GpuFacts): string =>
  canonicalJson({ vendor, name, driver, memoryBytes, uuid });
