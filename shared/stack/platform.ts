// Platform tags: what a target environment may be called, and which tags of wheels run on it, best first.
// https://peps.python.org/pep-0600/ (manylinux) and https://peps.python.org/pep-0656/ (musllinux)
import { TroopError } from '../errors/troop-error.ts';

/**
 * The C library that `linux_<machine>` promises as a target: glibc 2.28, that of RHEL 8 and Debian 10, the oldest that
 * today's wheels are built for. A machine with an older one is described by its exact `manylinux_X_Y_<machine>`.
 */
export const GENERIC_LINUX_GLIBC: readonly [number, number] = [2, 28];

export interface Platform {
  readonly system: 'linux' | 'darwin';
  /** As `platform.machine()` says it, such as `x86_64`, `aarch64` or `arm64`. */
  readonly machine: string;
  readonly libc: 'glibc' | 'musl' | null;
  /** Version of the C library, or of macOS. */
  readonly major: number;
  readonly minor: number;
}

const PLATFORM =
  /^(linux|manylinux_(\d{1,3})_(\d{1,3})|musllinux_(\d{1,3})_(\d{1,3})|macosx_(\d{1,3})_(\d{1,3}))_([a-z0-9_]{1,32})$/;
const ALIAS = /^manylinux(1|2010|2014)_([a-z0-9_]{1,32})$/;

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['1', '2_5'],
  ['2010', '2_12'],
  ['2014', '2_17'],
]);

const LEGACY_NAMES: ReadonlyMap<string, string> = new Map([
  ['2_17', 'manylinux2014'],
  ['2_12', 'manylinux2010'],
  ['2_5', 'manylinux1'],
]);

/** @throws TROOP-1808 on anything that is neither Linux nor macOS. */
export function parsePlatform(text: string): Platform {
  const tag = text.trim().toLowerCase().replaceAll(/[-.]/g, '_');
  const canonical = tag.replace(
    ALIAS,
    (_whole, name: string, machine: string) => `manylinux_${ALIASES.get(name)}_${machine}`,
  );
  const match = PLATFORM.exec(canonical);
  const machine = match?.[8];
  if (match === null || machine === undefined) {
    throw new TroopError('TROOP-1808', { platform: text.slice(0, 80) });
  }
  const number = (index: number): number => Number(match[index] ?? match[index + 2] ?? match[index + 4]);
  if (canonical.startsWith('linux_')) {
    return {
      system: 'linux',
      machine,
      libc: 'glibc',
      major: GENERIC_LINUX_GLIBC[0],
      minor: GENERIC_LINUX_GLIBC[1],
    };
  }
  const version = { machine, major: number(2), minor: number(3) };
  if (canonical.startsWith('macosx_')) {
    return { system: 'darwin', libc: null, ...version };
  }
  return { system: 'linux', libc: canonical.startsWith('musllinux_') ? 'musl' : 'glibc', ...version };
}

/** The name of a platform: `linux_x86_64` where that promises the same. */
export function formatPlatform(platform: Platform): string {
  const { system, libc, major, minor, machine } = platform;
  if (system === 'darwin') {
    return `macosx_${major}_${minor}_${machine}`;
  }
  if (libc === 'musl') {
    return `musllinux_${major}_${minor}_${machine}`;
  }
  const isGeneric = major === GENERIC_LINUX_GLIBC[0] && minor === GENERIC_LINUX_GLIBC[1];
  return isGeneric ? `linux_${machine}` : `manylinux_${major}_${minor}_${machine}`;
}

/**
 * The platform tags that run there, best first. Plain `linux_<machine>` comes last: no index should hold such wheels, but a
 * folder of locally built ones may, and pip takes them.
 */
export function platformTags(platform: Platform): readonly string[] {
  if (platform.system === 'darwin') {
    return macTags(platform);
  }
  const tags = platform.libc === 'musl' ? musllinuxTags(platform) : manylinuxTags(platform);
  return [...tags, `linux_${platform.machine}`];
}

/** Down to glibc 2.5 on x86 and 2.17 elsewhere, each old name behind its number. */
function manylinuxTags({ major, minor, machine }: Platform): readonly string[] {
  const oldest = machine === 'x86_64' || machine === 'i686' ? 5 : 17;
  const tags: string[] = [];
  if (major !== 2) {
    return tags;
  }
  for (let current = minor; current >= oldest; current -= 1) {
    tags.push(`manylinux_2_${current}_${machine}`);
    const legacy = LEGACY_NAMES.get(`2_${current}`);
    if (legacy !== undefined) {
      tags.push(`${legacy}_${machine}`);
    }
  }
  return tags;
}

function musllinuxTags({ major, minor, machine }: Platform): readonly string[] {
  return countDown(minor, 0).map((current) => `musllinux_${major}_${current}_${machine}`);
}

/** Since macOS 11 the major number counts; x86_64 still runs what was built for 10.4 and later, arm64 only its `universal2`. */
function macTags({ major, minor, machine }: Platform): readonly string[] {
  if (major === 10) {
    return countDown(minor, 0).flatMap((current) => macFormats(10, current, machine));
  }
  const current = countDown(major, 11).flatMap((release) => macFormats(release, 0, machine));
  const old = countDown(16, 4).flatMap((release) =>
    machine === 'x86_64' ? macFormats(10, release, machine) : [`macosx_10_${release}_universal2`],
  );
  return [...current, ...old];
}

function macFormats(major: number, minor: number, machine: string): readonly string[] {
  const prefix = `macosx_${major}_${minor}_`;
  if (machine === 'x86_64') {
    const hasIntel = major > 10 || minor >= 4;
    const formats = ['x86_64', 'intel', 'fat64', 'fat3', 'universal2', 'universal'];
    return hasIntel ? formats.map((format) => prefix + format) : [];
  }
  return machine === 'arm64' ? [`${prefix}arm64`, `${prefix}universal2`] : [prefix + machine];
}

function countDown(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_item, index) => from - index);
}
