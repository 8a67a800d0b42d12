// The target environment: what a stack is resolved for. It is canonical, so that one stack is one stack on every
// machine: implementation, Python X.Y and platform tag decide everything; markers that ask for a kernel's release or
// version see empty strings unless the campaign gives them.
import { TroopError } from '../errors/troop-error.ts';
import { byCodeUnits } from './canonical-json.ts';
import type { MarkerEnvironment } from './marker.ts';
import { formatPlatform, parsePlatform } from './platform.ts';
import { parsePythonVersion } from './python-version.ts';

/**
 * The patch level that a described Python counts as. The true latest one cannot be known and changes every month; 99 says
 * "a maintained X.Y": `python_full_version >= "3.11.4"` holds, `< "3.11.3"` (a backport for old patch levels) does not, and
 * a `requires_python` such as `>=3.8,!=3.9.7` lets it in. A campaign that needs an exact one gives the marker itself.
 */
export const CANONICAL_PATCH = 99;

/** The marker values that a campaign may give. All others follow from Python and platform, and would contradict them. */
const FREE_MARKERS = [
  'platform_release',
  'platform_version',
  'python_full_version',
  'implementation_version',
] as const;

export interface TargetEnvironment {
  readonly implementation: 'cpython';
  /** X.Y, such as `3.11`; `3.13t` for the free-threaded build. */
  readonly python: string;
  /**
   * Platform tag with underscores: `linux_x86_64` (any Linux with glibc of at least 2.28), `manylinux_2_36_x86_64`,
   * `musllinux_1_2_x86_64`, `linux_aarch64`, `macosx_14_0_arm64`.
   */
  readonly platform: string;
  /** Marker values that the campaign gives beyond the canonical ones, such as `platform_release`. */
  readonly markers?: Readonly<Record<string, string>>;
  /** Environment variables of the measured processes: a factor of the campaign. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Container image reference: a factor of the campaign. */
  readonly image?: string;
}

export interface EnvironmentDescription {
  /** `3.11`, `3.11.7` (the patch level is left out) or `3.13t`. */
  readonly python: string;
  /** `linux_x86_64` when absent. */
  readonly platform?: string | undefined;
  readonly markers?: Readonly<Record<string, string>> | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly image?: string | undefined;
}

/**
 * The one spelling of a described environment: equal descriptions give equal values, and so equal stack ids.
 * @throws TROOP-1807, TROOP-1808, TROOP-1809
 */
export function canonicalEnvironment(description: EnvironmentDescription): TargetEnvironment {
  const { major, minor, isFreeThreaded } = parsePythonVersion(description.python);
  const markers = sortedRecord(description.markers);
  checkMarkers(markers, `${major}.${minor}.`);
  const variables = sortedRecord(description.variables);
  return {
    implementation: 'cpython',
    python: `${major}.${minor}${isFreeThreaded ? 't' : ''}`,
    platform: formatPlatform(parsePlatform(description.platform ?? 'linux_x86_64')),
    ...(Object.keys(markers).length > 0 ? { markers } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
    ...(description.image === undefined ? {} : { image: description.image }),
  };
}

/** `<platform>-<python>`, such as `linux_x86_64-cp311`: names the environment in subjects and queues. */
export function environmentKey(environment: TargetEnvironment): string {
  return `${environment.platform}-cp${parsePythonVersion(environment.python).nodot}`;
}

/**
 * The values that environment markers see there. They follow from the environment alone; kernel release and
 * version are empty unless it gives them; `extra` is left to the caller.
 */
export function markerEnvironment(environment: TargetEnvironment): MarkerEnvironment {
  const { major, minor } = parsePythonVersion(environment.python);
  const platform = parsePlatform(environment.platform);
  const fullVersion = `${major}.${minor}.${CANONICAL_PATCH}`;
  return {
    implementation_name: environment.implementation,
    implementation_version: environment.markers?.['implementation_version'] ?? fullVersion,
    os_name: 'posix',
    platform_machine: platform.machine,
    platform_python_implementation: 'CPython',
    platform_release: environment.markers?.['platform_release'] ?? '',
    platform_system: platform.system === 'darwin' ? 'Darwin' : 'Linux',
    platform_version: environment.markers?.['platform_version'] ?? '',
    python_full_version: environment.markers?.['python_full_version'] ?? fullVersion,
    python_version: `${major}.${minor}`,
    sys_platform: platform.system,
  };
}

function checkMarkers(markers: Readonly<Record<string, string>>, pythonPrefix: string): void {
  for (const [field, value] of Object.entries(markers)) {
    if (!FREE_MARKERS.some((free) => free === field)) {
      throw new TroopError('TROOP-1809', { field, reason: 'it follows from the Python and the platform' });
    }
    if (field === 'python_full_version' && !value.startsWith(pythonPrefix)) {
      throw new TroopError('TROOP-1809', { field, reason: `${value} is not a Python ${pythonPrefix}x` });
    }
  }
}

function sortedRecord(
  record: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record ?? {}).toSorted(([a], [b]) => byCodeUnits(a, b)));
}
