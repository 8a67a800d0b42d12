// Whether a machine can build and run stacks of a target environment: architecture, operating system, a libc that is
// new enough for the platform tag (PEP 600, PEP 656), and an interpreter of that Python.
import { compareDotted } from './quantities.ts';
import { unknownReason } from './merge-fingerprint.ts';
import { ELIGIBLE, everyOne, refuse, type Verdict } from './verdict.ts';
import type { TargetEnvironment } from '../stack/environment.ts';
import type { Fingerprint, InterpreterFacts } from './fingerprint.ts';

/** `linux_x86_64` promises wheels of manylinux_2_28 (`shared/stack/environment.ts`). */
const PLAIN_LINUX_GLIBC = '2.28';

export function servesEnvironment(fingerprint: Fingerprint, environment: TargetEnvironment): Verdict {
  return everyOne([servesPlatform(fingerprint, environment.platform), runsPython(fingerprint, environment)]);
}

/** The interpreter of the machine that serves the environment: the newest of that X.Y; null when there is none. */
export function interpreterFor(
  fingerprint: Fingerprint,
  environment: TargetEnvironment,
): InterpreterFacts | null {
  const architecture = architectureOf(environment.platform);
  const fitting = (fingerprint.interpreters ?? []).filter(
    (interpreter) =>
      interpreter.implementation === environment.implementation &&
      interpreter.version === environment.python &&
      !interpreter.freeThreaded &&
      (architecture === null || architectureOf(interpreter.platform) === architecture),
  );
  return fitting.toSorted((left, right) => compareDotted(right.fullVersion, left.fullVersion))[0] ?? null;
}

function runsPython(fingerprint: Fingerprint, environment: TargetEnvironment): Verdict {
  const wanted = `${environment.implementation === 'cpython' ? 'CPython' : environment.implementation} ${environment.python}`;
  if (environment.image !== undefined) {
    return hasEngine(fingerprint, environment.image);
  }
  if (fingerprint.interpreters === null) {
    return refuse(
      `needs ${wanted}: the interpreters are not known: ${unknownReason(fingerprint, 'interpreters')}`,
    );
  }
  if (interpreterFor(fingerprint, environment) !== null) {
    return ELIGIBLE;
  }
  const own = [...new Set(fingerprint.interpreters.map(describeInterpreter))];
  return refuse(`needs ${wanted}: this machine has ${own.length === 0 ? 'no Python' : own.join(', ')}`);
}

function describeInterpreter(interpreter: InterpreterFacts): string {
  const suffix = interpreter.freeThreaded ? ' (free-threaded)' : '';
  return `${interpreter.implementation} ${interpreter.version}${suffix}`;
}

function hasEngine(fingerprint: Fingerprint, image: string): Verdict {
  const { tools } = fingerprint;
  if (tools?.['podman'] !== undefined || tools?.['docker'] !== undefined) {
    return ELIGIBLE;
  }
  return refuse(
    `needs a container engine for the image ${image}: this machine has neither podman nor docker`,
  );
}

interface Platform {
  readonly system: 'Linux' | 'Darwin';
  readonly architecture: string;
  /** The least version of the libc, or of macOS. */
  readonly family: 'glibc' | 'musl' | 'macos';
  readonly version: string;
}

function parsePlatform(platform: string): Platform | null {
  const [, kind, version, architecture] =
    /^(linux|manylinux|musllinux|macosx)(?:_([0-9]+_[0-9]+))?_([a-z][a-z0-9_]*)$/.exec(platform) ?? [];
  if (kind === undefined || architecture === undefined || (kind !== 'linux' && version === undefined)) {
    return null;
  }
  const dotted = (version ?? '').replace('_', '.');
  if (kind === 'macosx') {
    return { system: 'Darwin', architecture, family: 'macos', version: dotted };
  }
  const family = kind === 'musllinux' ? 'musl' : 'glibc';
  return {
    system: 'Linux',
    architecture,
    family,
    version: version === undefined ? PLAIN_LINUX_GLIBC : dotted,
  };
}

/** In the words of the fingerprint: macOS tags say arm64 where Linux says aarch64. */
function architectureOf(platform: string): string | null {
  const architecture = parsePlatform(platform)?.architecture ?? null;
  return architecture === 'arm64' ? 'aarch64' : architecture;
}

function servesPlatform(fingerprint: Fingerprint, name: string): Verdict {
  const platform = parsePlatform(name);
  const architecture = architectureOf(name);
  if (platform === null) {
    return refuse(`needs ${name}: this platform is not known to Troop`);
  }
  const verdicts: Verdict[] = [];
  if (fingerprint.kernel.name !== platform.system) {
    verdicts.push(
      refuse(`needs ${platform.system}: this machine runs ${fingerprint.kernel.name ?? 'an unknown system'}`),
    );
  }
  if (fingerprint.cpu.architecture !== architecture) {
    verdicts.push(
      refuse(
        `needs ${architecture ?? name}: the CPU is ${fingerprint.cpu.architecture ?? 'of unknown architecture'}`,
      ),
    );
  }
  return everyOne([...verdicts, hasLibrary(fingerprint, platform, name)]);
}

/** The C library, or on macOS the system, must be at least as new as the platform tag says. */
function hasLibrary(fingerprint: Fingerprint, platform: Platform, name: string): Verdict {
  const { libc, os } = fingerprint;
  const wanted = `needs ${platform.family} of at least ${platform.version} for ${name}`;
  if (platform.family === 'macos') {
    const enough = os.version !== null && compareDotted(os.version, platform.version) >= 0;
    return enough ? ELIGIBLE : refuse(`${wanted}: this machine has ${os.prettyName ?? 'another system'}`);
  }
  if (libc.family === null || libc.version === null) {
    return refuse(`${wanted}: the libc is not known: ${unknownReason(fingerprint, 'libc.version')}`);
  }
  if (libc.family === platform.family && compareDotted(libc.version, platform.version) >= 0) {
    return ELIGIBLE;
  }
  return refuse(`${wanted}: this machine has ${libc.family} ${libc.version}`);
}
