// Compatibility tags: which wheels an environment can install, and which of them it prefers; the order is that of pip.
// https://peps.python.org/pep-0425/ ; abi3t: https://peps.python.org/pep-0803/
import type { TargetEnvironment } from './environment.ts';
import { parsePlatform, platformTags } from './platform.ts';
import { parsePythonVersion, type PythonVersion } from './python-version.ts';
import type { WheelName } from './wheel.ts';

/** `interpreter-abi-platform` of every wheel that CPython installs there, best first. */
export function supportedTags(environment: TargetEnvironment): readonly string[] {
  const python = parsePythonVersion(environment.python);
  const platforms = platformTags(parsePlatform(environment.platform));
  return [...cpythonTags(python, platforms), ...genericTags(python, platforms)];
}

/** Position of each tag, for `wheelRank`; 0 is best. */
export function rankTags(tags: readonly string[]): ReadonlyMap<string, number> {
  return new Map(tags.map((tag, index) => [tag, index]));
}

/** The rank of the best tag that a wheel carries, or null when it cannot be installed; whether its variant is wanted, others decide. */
export function wheelRank(wheel: WheelName, supported: ReadonlyMap<string, number>): number | null {
  let best: number | null = null;
  for (const python of wheel.pythonTags) {
    for (const abi of wheel.abiTags) {
      for (const platform of wheel.platformTags) {
        const rank = supported.get(`${python}-${abi}-${platform}`);
        best = rank !== undefined && (best === null || rank < best) ? rank : best;
      }
    }
  }
  return best;
}

/** The interpreter's own ABI, then the stable one, then none; then the stable ABI of every older Python 3. */
function cpythonTags(python: PythonVersion, platforms: readonly string[]): readonly string[] {
  const interpreter = `cp${python.major}${python.minor}`;
  const stable = python.isFreeThreaded ? 'abi3t' : 'abi3';
  // Until 3.7 the ABI says that objects are allocated by pymalloc.
  const own = `cp${python.nodot}${python.minor < 8 ? 'm' : ''}`;
  const newest = [own, stable, 'none'].flatMap((abi) =>
    platforms.map((platform) => `${interpreter}-${abi}-${platform}`),
  );
  const older = descending(python.minor - 1, 2).flatMap((minor) =>
    platforms.map((platform) => `cp${python.major}${minor}-${stable}-${platform}`),
  );
  return [...newest, ...older];
}

function genericTags(python: PythonVersion, platforms: readonly string[]): readonly string[] {
  const interpreters = [
    `py${python.major}${python.minor}`,
    `py${python.major}`,
    ...descending(python.minor - 1, 0).map((minor) => `py${python.major}${minor}`),
  ];
  return [
    ...interpreters.flatMap((interpreter) => platforms.map((platform) => `${interpreter}-none-${platform}`)),
    `cp${python.major}${python.minor}-none-any`,
    ...interpreters.map((interpreter) => `${interpreter}-none-any`),
  ];
}

function descending(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, from - to + 1) }, (_item, index) => from - index);
}
