// What an interpreter tells about itself (`probe-interpreter.py` prints it), and the target environment that it serves.
import { TroopError } from '../errors/troop-error.ts';
import { canonicalEnvironment, type TargetEnvironment } from './environment.ts';
import { formatPlatform, GENERIC_LINUX_GLIBC, parsePlatform, type Platform } from './platform.ts';
import { parsePythonVersion } from './python-version.ts';

/** One JSON line of `probe-interpreter.py`. */
export interface InterpreterProbe {
  /** `sys.implementation.name`, such as `cpython`. */
  readonly implementation: string;
  /** X.Y. */
  readonly version: string;
  /** X.Y.Z, with a suffix such as `rc1` for what is not final. */
  readonly full_version: string;
  /** `sysconfig.get_platform()` with underscores, such as `linux_x86_64` or `macosx_14_0_arm64`. */
  readonly platform: string;
  readonly machine: string;
  /** 32 for a 32-bit interpreter on a 64-bit kernel. */
  readonly pointer_bits: number;
  /** X.Y; null when the interpreter does not run on glibc. */
  readonly glibc: string | null;
  /** X.Y; null when the interpreter does not run on musl. */
  readonly musl: string | null;
  readonly soabi: string | null;
  readonly free_threaded: boolean;
  /** Values of the environment marker fields, as this very machine has them. */
  readonly markers: Readonly<Record<string, string>>;
  readonly executable: string;
  readonly prefix: string;
}

/**
 * The canonical environment that an interpreter serves: `linux_<machine>` where glibc is at least 2.28, the exact
 * `manylinux_X_Y` or `musllinux_X_Y` otherwise. Release and version of the kernel do not enter.
 * @throws TROOP-1817 when it is not a CPython that can serve stacks, TROOP-1807 when it is too old
 */
export function environmentFromProbe(probe: InterpreterProbe): TargetEnvironment {
  if (probe.implementation !== 'cpython') {
    throw new TroopError('TROOP-1817', { reason: `it is ${probe.implementation}, not cpython` });
  }
  const platform = platformOfProbe(probe);
  const promised = isAtLeastGeneric(platform) ? { ...platform, ...GENERIC } : platform;
  return canonicalEnvironment({ python: pythonOf(probe), platform: formatPlatform(promised) });
}

/** Whether a stack resolved for an environment runs under an interpreter: same Python, and a platform no newer than its own. */
export function probeServes(probe: InterpreterProbe, environment: TargetEnvironment): boolean {
  if (probe.implementation !== environment.implementation || pythonOf(probe) !== environment.python) {
    return false;
  }
  const own = platformOfProbe(probe);
  const wanted = parsePlatform(environment.platform);
  const isSame = own.system === wanted.system && own.machine === wanted.machine && own.libc === wanted.libc;
  const isNewEnough = own.major > wanted.major || (own.major === wanted.major && own.minor >= wanted.minor);
  return isSame && isNewEnough && (own.libc === null || own.major === wanted.major);
}

const GENERIC = { major: GENERIC_LINUX_GLIBC[0], minor: GENERIC_LINUX_GLIBC[1] };

function pythonOf(probe: InterpreterProbe): string {
  const { major, minor } = parsePythonVersion(probe.version);
  return `${major}.${minor}${probe.free_threaded ? 't' : ''}`;
}

function platformOfProbe(probe: InterpreterProbe): Platform {
  if (probe.platform.startsWith('macosx')) {
    return parsePlatform(probe.platform);
  }
  if (!probe.platform.startsWith('linux')) {
    throw new TroopError('TROOP-1817', { reason: `it runs on ${probe.platform}` });
  }
  const machine = machineOf(probe);
  if (probe.musl !== null) {
    return parsePlatform(`musllinux_${probe.musl}_${machine}`);
  }
  if (probe.glibc !== null) {
    return parsePlatform(`manylinux_${probe.glibc}_${machine}`);
  }
  throw new TroopError('TROOP-1817', { reason: 'its C library is neither glibc nor musl' });
}

/** The machine that wheels are named for: that of the interpreter, which may be narrower than that of the kernel. */
function machineOf(probe: InterpreterProbe): string {
  const machine = probe.platform.replace(/^linux_/, '');
  if (probe.pointer_bits !== 32) {
    return machine;
  }
  return machine === 'x86_64' ? 'i686' : machine.replace(/^aarch64$/, 'armv8l');
}

function isAtLeastGeneric(platform: Platform): boolean {
  return platform.libc === 'glibc' && platform.major === GENERIC.major && platform.minor >= GENERIC.minor;
}
