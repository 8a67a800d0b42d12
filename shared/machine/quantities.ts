// The facts that a lane may ask "at least so much" of, each with its unit: a bare number never says what it counts.
import type { Fingerprint } from './fingerprint.ts';

/** What a quantity is measured in; `version` compares dotted numbers part by part. */
export type QuantityKind = 'bytes' | 'count' | 'megahertz' | 'version';

export interface Quantity {
  readonly name: string;
  readonly kind: QuantityKind;
  /** For sentences: `memory`, `an NVIDIA driver`. */
  readonly noun: string;
  /** Where `unknown` has the reason when there is no value. */
  readonly fact: string;
  read(fingerprint: Fingerprint): number | string | null;
}

const UNITS: Readonly<Record<Exclude<QuantityKind, 'version'>, Readonly<Record<string, number>>>> = {
  bytes: {
    B: 1,
    kB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
  },
  count: { '1': 1 },
  megahertz: { MHz: 1, GHz: 1000 },
};

/** Units that a quantity of this kind may be given in; none for versions. */
export const unitsOf = (kind: QuantityKind): readonly string[] =>
  kind === 'version' ? [] : Object.keys(UNITS[kind]);

/** A value in the kind's own unit (bytes, count, MHz), or null for a unit that the kind does not have. */
export function inBaseUnit(kind: QuantityKind, value: number, unit: string): number | null {
  const factor = kind === 'version' ? undefined : UNITS[kind][unit];
  return factor === undefined ? null : value * factor;
}

const largest = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
};

const newest = (versions: readonly (string | null)[]): string | null =>
  versions
    .filter((version) => version !== null)
    .toSorted(compareDotted)
    .at(-1) ?? null;

const ofNvidia = <T>(
  fingerprint: Fingerprint,
  read: (gpu: NonNullable<Fingerprint['gpus']>[number]) => T,
): T[] => (fingerprint.gpus ?? []).filter((gpu) => gpu.vendor === 'nvidia').map(read);

export const quantities: readonly Quantity[] = [
  {
    name: 'memory',
    kind: 'bytes',
    noun: 'memory',
    fact: 'memory.totalBytes',
    read: ({ memory }) => memory.totalBytes,
  },
  {
    name: 'cores',
    kind: 'count',
    noun: 'physical cores',
    fact: 'cpu.physicalCores',
    read: ({ cpu }) => cpu.physicalCores,
  },
  {
    name: 'cpus',
    kind: 'count',
    noun: 'logical CPUs',
    fact: 'cpu.logicalCpus',
    read: ({ cpu }) => cpu.logicalCpus,
  },
  {
    name: 'frequency',
    kind: 'megahertz',
    noun: 'CPU frequency',
    fact: 'cpu.maximumMhz',
    read: ({ cpu }) => cpu.maximumMhz,
  },
  {
    name: 'kernel',
    kind: 'version',
    noun: 'a kernel',
    fact: 'kernel.release',
    read: ({ kernel }) => kernel.release,
  },
  {
    name: 'glibc',
    kind: 'version',
    noun: 'glibc',
    fact: 'libc.version',
    read: ({ libc }) => (libc.family === 'glibc' ? libc.version : null),
  },
  {
    name: 'gpu.count',
    kind: 'count',
    noun: 'NVIDIA GPUs',
    fact: 'gpus',
    read: (fingerprint) => (fingerprint.gpus === null ? null : ofNvidia(fingerprint, () => 1).length),
  },
  {
    name: 'gpu.memory',
    kind: 'bytes',
    noun: 'GPU memory',
    fact: 'gpus',
    read: (fingerprint) => largest(ofNvidia(fingerprint, (gpu) => gpu.memoryBytes)),
  },
  {
    name: 'gpu.driver',
    kind: 'version',
    noun: 'an NVIDIA driver',
    fact: 'gpus',
    read: (fingerprint) => newest(ofNvidia(fingerprint, (gpu) => gpu.driver)),
  },
  {
    name: 'gpu.cuda',
    kind: 'version',
    noun: 'CUDA',
    fact: 'gpus',
    read: (fingerprint) => newest(ofNvidia(fingerprint, (gpu) => gpu.cudaVersion)),
  },
  {
    name: 'gpu.compute',
    kind: 'version',
    noun: 'a GPU of compute capability',
    fact: 'gpus',
    read: (fingerprint) => newest(ofNvidia(fingerprint, (gpu) => gpu.computeCapability)),
  },
];

export const findQuantity = (name: string): Quantity | null =>
  quantities.find((quantity) => quantity.name === name) ?? null;

/** Orders dotted numbers part by part (`2.9` before `2.28`); whatever follows the numbers does not count. */
export function compareDotted(left: string, right: string): number {
  const leftParts = dottedParts(left);
  const rightParts = dottedParts(right);
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index++) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const dottedParts = (text: string): readonly number[] =>
  (/^[0-9]+(?:\.[0-9]+)*/.exec(text)?.[0] ?? '').split('.').map(Number);
