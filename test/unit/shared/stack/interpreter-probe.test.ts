import { describe, expect, it } from 'vitest';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import {
  environmentFromProbe,
  probeServes,
  type InterpreterProbe,
} from '../../../../shared/stack/interpreter-probe.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const debian: InterpreterProbe = {
  implementation: 'cpython',
  version: '3.11',
  full_version: '3.11.7',
  platform: 'linux_x86_64',
  machine: 'x86_64',
  pointer_bits: 64,
  glibc: '2.36',
  musl: null,
  soabi: 'cpython-311-x86_64-linux-gnu',
  free_threaded: false,
  markers: {},
  executable: '/usr/bin/python3.11',
  prefix: '/usr',
};

describe('environmentFromProbe', () => {
  it.each<[string, Partial<InterpreterProbe>, string, string]>([
    ['Debian 12', {}, '3.11', 'linux_x86_64'],
    ['RHEL 8', { glibc: '2.28' }, '3.11', 'linux_x86_64'],
    ['CentOS 7', { glibc: '2.17' }, '3.11', 'manylinux_2_17_x86_64'],
    ['Alpine', { glibc: null, musl: '1.2' }, '3.11', 'musllinux_1_2_x86_64'],
    ['a Graviton', { platform: 'linux_aarch64', machine: 'aarch64' }, '3.11', 'linux_aarch64'],
    ['a 32-bit Python on a 64-bit kernel', { pointer_bits: 32 }, '3.11', 'linux_i686'],
    ['a free-threaded build', { version: '3.13', free_threaded: true }, '3.13t', 'linux_x86_64'],
    ['a Mac', { platform: 'macosx_14_0_arm64', machine: 'arm64', glibc: null }, '3.11', 'macosx_14_0_arm64'],
  ])('%s', (_machine, difference, python, platform) => {
    expect(environmentFromProbe({ ...debian, ...difference })).toEqual({
      implementation: 'cpython',
      python,
      platform,
    });
  });

  it.each<[string, Partial<InterpreterProbe>]>([
    ['pypy', { implementation: 'pypy' }],
    ['win_amd64', { platform: 'win_amd64' }],
    ['neither', { glibc: null }],
  ])('refuses %s, and says why', (reason, difference) => {
    const error = troopErrorOf(() => environmentFromProbe({ ...debian, ...difference }));
    expect(error.code).toBe('TROOP-1817');
    expect(error.facts['reason']).toContain(reason);
  });
});

describe('probeServes', () => {
  it.each([
    ['3.11', 'linux_x86_64', true],
    ['3.11', 'manylinux_2_36_x86_64', true],
    ['3.11', 'manylinux_2_17_x86_64', true],
    ['3.11', 'manylinux_2_39_x86_64', false],
    ['3.12', 'linux_x86_64', false],
    ['3.11', 'linux_aarch64', false],
    ['3.11', 'musllinux_1_2_x86_64', false],
    ['3.11', 'macosx_14_0_x86_64', false],
  ])('glibc 2.36 with Python 3.11 and %s on %s: %s', (python, platform, expected) => {
    expect(probeServes(debian, canonicalEnvironment({ python, platform }))).toBe(expected);
  });

  it('lets a newer macOS run what an older one can', () => {
    const mac = { ...debian, platform: 'macosx_14_0_arm64', glibc: null };
    expect(probeServes(mac, canonicalEnvironment({ python: '3.11', platform: 'macosx_12_0_arm64' }))).toBe(
      true,
    );
    expect(probeServes(mac, canonicalEnvironment({ python: '3.11', platform: 'macosx_15_0_arm64' }))).toBe(
      false,
    );
  });
});
