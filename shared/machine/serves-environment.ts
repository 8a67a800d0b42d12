// Whether a machine can build and run stacks of a target environment: architecture, operating system, a libc that is
// new enough for the platform tag (PEP 600, PEP 656), and an interpreter of that Python.
import { parsePlatform, type Platform } from '../stack/platform.ts';
import { parsePythonVersion } from '../stack/python-version.ts';
import { compareDotted } from './quantities.ts';
import { unknownReason } from './merge-fingerprint.ts';
import { ELIGIBLE, everyOne, refuse, type Verdict } from './verdict.ts';
import type { TargetEnvironment } from '../stack/environment.ts';
import type { Fingerprint, InterpreterFacts } from './fingerprint.ts';

/** Throws TROOP-1807 or TROOP-1808 for an environment that is not canonical. */
export function servesEnvironment(fingerprint: Fingerprint, environment: TargetEnvironment): Verdict {
  return everyOne([servesPlatform(fingerprint, environment.platform), runsPython(fingerprint, environment)]);
}

/** The interpreter of the machine that serves the environment: the newest of that X.Y; null when there is none. */
export function interpreterFor(
  fingerprint: Fingerprint,
  environment: TargetEnvironment,
): InterpreterFacts | null {
  const { major, minor, isFreeThreaded } = parsePythonVersion(environment.python);
  const platform = parsePlatform(environment.platform);
  const architecture = linuxName(platform.machine);
  const fitting = (fingerprint.interpreters ?? []).filter(
    (interpreter) =>
      interpreter.implementation === environment.implementation &&
      interpreter.version === `${major}.${minor}` &&
      interpreter.freeThreaded === isFreeThreaded &&
      linuxName(parsePlatform(interpreter.platform).machine) === architecture &&
      (platform.libc === null || (interpreter.libc ?? platform.libc).startsWith(platform.libc)),
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
  const own = [...new Set(fingerprint.interpreters.map((each) => describeInterpreter(each, environment)))];
  return refuse(`needs ${wanted}: this machine has ${own.length === 0 ? 'no Python' : own.join(', ')}`);
}

/** `cpython 3.11`; of the wanted version with what it was built for, since that must be what is wrong. */
function describeInterpreter(interpreter: InterpreterFacts, wanted: TargetEnvironment): string {
  const version = `${interpreter.version}${interpreter.freeThreaded ? 't' : ''}`;
  const built = version === wanted.python ? ` for ${interpreter.platform}` : '';
  return `${interpreter.implementation} ${version}${built}`;
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

/** The fingerprint's word for an architecture: macOS says arm64 where Linux says aarch64. */
const linuxName = (machine: string): string => (machine === 'arm64' ? 'aarch64' : machine);

function servesPlatform(fingerprint: Fingerprint, name: string): Verdict {
  const platform = parsePlatform(name);
  const system = platform.system === 'darwin' ? 'Darwin' : 'Linux';
  const architecture = linuxName(platform.machine);
  const verdicts: Verdict[] = [];
  if (fingerprint.kernel.name !== system) {
    verdicts.push(
      refuse(`needs ${system}: this machine runs ${fingerprint.kernel.name ?? 'an unknown system'}`),
    );
  }
  if (fingerprint.cpu.architecture !== architecture) {
    const actual = fingerprint.cpu.architecture ?? 'of unknown architecture';
    verdicts.push(refuse(`needs ${architecture}: the CPU is ${actual}`));
  }
  return everyOne([...verdicts, hasLibrary(fingerprint, platform, name)]);
}

/** The C library, or on macOS the system, must be at least as new as the platform tag says. */
function hasLibrary(fingerprint: Fingerprint, platform: Platform, name: string): Verdict {
  const { libc, os } = fingerprint;
  const version = `${platform.major}.${platform.minor}`;
  const wanted = `needs ${platform.libc ?? 'macOS'} of at least ${version} for ${name}`;
  if (platform.libc === null) {
    const enough = os.version !== null && compareDotted(os.version, version) >= 0;
    return enough ? ELIGIBLE : refuse(`${wanted}: this machine has ${os.prettyName ?? 'another system'}`);
  }
  if (libc.family === null || libc.version === null) {
    return refuse(`${wanted}: the libc is not known: ${unknownReason(fingerprint, 'libc.version')}`);
  }
  if (libc.family === platform.libc && compareDotted(libc.version, version) >= 0) {
    return ELIGIBLE;
  }
  return refuse(`${wanted}: this machine has ${libc.family} ${libc.version}`);
}
