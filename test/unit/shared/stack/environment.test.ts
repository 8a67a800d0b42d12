import { describe, expect, it } from 'vitest';
import {
  canonicalEnvironment,
  environmentKey,
  markerEnvironment,
} from '../../../../shared/stack/environment.ts';
import { parsePythonVersion } from '../../../../shared/stack/python-version.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

describe('canonicalEnvironment', () => {
  it('gives equal descriptions equal values', () => {
    expect(
      canonicalEnvironment({
        python: '3.11.7',
        platform: 'manylinux_2_28-x86_64',
        variables: { B: '1', A: '2' },
        markers: {},
      }),
    ).toEqual({
      implementation: 'cpython',
      python: '3.11',
      platform: 'linux_x86_64',
      variables: { A: '2', B: '1' },
    });
    expect(canonicalEnvironment({ python: '3.11' }).platform).toBe('linux_x86_64');
    expect(canonicalEnvironment({ python: '3.11', platform: 'manylinux2014_x86_64' }).platform).toBe(
      'manylinux_2_17_x86_64',
    );
  });

  it.each(['2.7', '3.5', '3', '4.0', '3.12t', 'python3', ''])('refuses the Python %j', (python) => {
    expect(troopErrorOf(() => canonicalEnvironment({ python })).code).toBe('TROOP-1807');
  });

  it.each(['win_amd64', 'linux', 'macosx_arm64', 'any', ''])('refuses the platform %j', (platform) => {
    expect(troopErrorOf(() => canonicalEnvironment({ python: '3.11', platform })).code).toBe('TROOP-1808');
  });

  it('refuses marker values that would contradict Python or platform', () => {
    const refused = (markers: Record<string, string>): string =>
      troopErrorOf(() => canonicalEnvironment({ python: '3.11', markers })).code;
    expect(refused({ sys_platform: 'win32' })).toBe('TROOP-1809');
    expect(refused({ python_full_version: '3.12.1' })).toBe('TROOP-1809');
  });
});

describe('environmentKey', () => {
  it('is the token of subjects and queues', () => {
    expect(environmentKey(canonicalEnvironment({ python: '3.11' }))).toBe('linux_x86_64-cp311');
    expect(environmentKey(canonicalEnvironment({ python: '3.13t', platform: 'musllinux_1_2_aarch64' }))).toBe(
      'musllinux_1_2_aarch64-cp313t',
    );
  });
});

describe('markerEnvironment', () => {
  it('follows from the environment alone: a maintained patch level, no kernel', () => {
    expect(markerEnvironment(canonicalEnvironment({ python: '3.11', platform: 'linux_aarch64' }))).toEqual({
      implementation_name: 'cpython',
      implementation_version: '3.11.99',
      os_name: 'posix',
      platform_machine: 'aarch64',
      platform_python_implementation: 'CPython',
      platform_release: '',
      platform_system: 'Linux',
      platform_version: '',
      python_full_version: '3.11.99',
      python_version: '3.11',
      sys_platform: 'linux',
    });
  });

  it('takes what the campaign gives, and knows macOS', () => {
    const environment = canonicalEnvironment({
      python: '3.12',
      platform: 'macosx_14_0_arm64',
      markers: { platform_release: '23.1.0', python_full_version: '3.12.1' },
    });
    expect(markerEnvironment(environment)).toMatchObject({
      platform_release: '23.1.0',
      python_full_version: '3.12.1',
      platform_system: 'Darwin',
      sys_platform: 'darwin',
    });
  });
});

describe('parsePythonVersion', () => {
  it('reads X.Y, X.Y.Z and the free-threaded build', () => {
    expect(parsePythonVersion('3.11.7')).toEqual({
      major: 3,
      minor: 11,
      isFreeThreaded: false,
      nodot: '311',
    });
    expect(parsePythonVersion('3.14t').nodot).toBe('314t');
  });
});
