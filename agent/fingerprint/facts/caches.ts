// The caches, each kind once with how many instances the machine has of it. https://docs.kernel.org/admin-guide/cputopology.html
import type { CacheFacts } from '../../../shared/machine/fingerprint.ts';
import type { Fact } from '../fact.ts';
import { readNumber, readValue, type MachineReader } from '../machine-reader.ts';
import { mapBounded } from '../run-bounded.ts';
import { onlineCpus } from './topology.ts';

type CacheType = CacheFacts['type'];

interface SeenCache {
  readonly level: number;
  readonly type: CacheType;
  readonly sizeBytes: number;
  readonly ways: number | null;
  readonly lineBytes: number | null;
  /** Which CPUs share this instance. */
  readonly sharedBy: string;
}

export const cachesFact: Fact = {
  name: 'caches',
  provides: ['cpu.caches'],
  volatile: false,
  collect: async (reader) => {
    const cpus = await onlineCpus(reader);
    const seen = (await mapBounded(cpus, 8, (cpu) => cachesOf(reader, cpu))).flat();
    if (seen.length === 0) {
      return { unknown: { 'cpu.caches': 'the kernel lists no caches' } };
    }
    return { cpu: { caches: groupCaches(seen) } };
  },
};

async function cachesOf(reader: MachineReader, cpu: number): Promise<readonly SeenCache[]> {
  const folder = `/sys/devices/system/cpu/cpu${cpu}/cache`;
  const indexes = (await reader.listFolder(folder)).filter((name) => /^index[0-9]+$/.test(name));
  const caches = await mapBounded(indexes, 4, (index) => readCache(reader, `${folder}/${index}`));
  return caches.filter((cache) => cache !== null);
}

async function readCache(reader: MachineReader, folder: string): Promise<SeenCache | null> {
  const [level, type, size, ways, lineBytes, sharedBy] = await Promise.all([
    readNumber(reader, `${folder}/level`),
    readValue(reader, `${folder}/type`),
    readValue(reader, `${folder}/size`),
    readNumber(reader, `${folder}/ways_of_associativity`),
    readNumber(reader, `${folder}/coherency_line_size`),
    readValue(reader, `${folder}/shared_cpu_list`),
  ]);
  const kind = type?.toLowerCase();
  const sizeBytes = parseSize(size);
  if (level === null || sizeBytes === null || sharedBy === null || !isCacheType(kind)) {
    return null;
  }
  return { level, type: kind, sizeBytes, ways: ways === 0 ? null : ways, lineBytes, sharedBy };
}

const isCacheType = (text: string | undefined): text is CacheType =>
  text === 'data' || text === 'instruction' || text === 'unified';

/** `32K`, `1024K`, `8M` */
function parseSize(text: string | null): number | null {
  const [, digits, unit] = /^([0-9]+)([KMG]?)$/.exec(text ?? '') ?? [];
  const factors: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
  const bytes = Number(digits) * (factors[unit ?? ''] ?? 1);
  return digits === undefined || bytes === 0 ? null : bytes;
}

function groupCaches(seen: readonly SeenCache[]): readonly CacheFacts[] {
  const key = (cache: SeenCache): string => `${cache.level} ${cache.type} ${cache.sizeBytes}`;
  const kinds = new Map(seen.map((cache) => [key(cache), cache]));
  return [...kinds]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { level, type, sizeBytes, ways, lineBytes }]) => {
      const instances = new Set(seen.filter((cache) => key(cache) === name).map((cache) => cache.sharedBy))
        .size;
      return { level, type, sizeBytes, instances, ways, lineBytes };
    });
}
