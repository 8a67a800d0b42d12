import { describe, expect, it } from 'vitest';
import { defaultLanes } from '../../../../shared/machine/lanes.ts';
import { formatQueueKey } from '../../../../shared/machine/queue-key.ts';
import { evaluateQueues, queuesOf } from '../../../../shared/machine/queues.ts';
import { interpreterFor, servesEnvironment } from '../../../../shared/machine/serves-environment.ts';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import { machine } from './machines.ts';

const python311 = canonicalEnvironment({ python: '3.11' });
const on = (platform: string, python = '3.11') => canonicalEnvironment({ python, platform });
const [own] = machine().interpreters ?? [];

describe('a machine serves an environment', () => {
  it('when interpreter, libc and architecture fit', () => {
    expect(servesEnvironment(machine(), python311)).toEqual({ eligible: true });
    expect(servesEnvironment(machine(), on('manylinux_2_36_x86_64'))).toEqual({ eligible: true });
  });

  it.each([
    [on('linux_x86_64', '3.12'), ['needs CPython 3.12: this machine has cpython 3.11']],
    [on('linux_x86_64', '3.13t'), ['needs CPython 3.13t: this machine has cpython 3.11']],
    [
      on('manylinux_2_39_x86_64'),
      ['needs glibc of at least 2.39 for manylinux_2_39_x86_64: this machine has glibc 2.36'],
    ],
    [
      on('musllinux_1_2_x86_64'),
      [
        'needs musl of at least 1.2 for musllinux_1_2_x86_64: this machine has glibc 2.36',
        'needs CPython 3.11: this machine has cpython 3.11 for linux_x86_64',
      ],
    ],
  ])('and says why not: %j', (environment, reasons) => {
    expect(servesEnvironment(machine(), environment)).toEqual({ eligible: false, reasons });
  });

  it('needs glibc 2.28 for plain linux', () => {
    const old = machine({ libc: { version: '2.27' } });
    expect(servesEnvironment(old, python311)).toMatchObject({
      reasons: ['needs glibc of at least 2.28 for linux_x86_64: this machine has glibc 2.27'],
    });
  });

  it('needs a container engine for an image, and no interpreter then', () => {
    const image = canonicalEnvironment({ python: '3.12', image: 'example/base:1' });
    expect(servesEnvironment(machine(), image)).toMatchObject({
      reasons: [
        'needs a container engine for the image example/base:1: this machine has neither podman nor docker',
      ],
    });
    const engine = machine({ tools: { podman: { path: '/usr/bin/podman', version: '4.3' } } });
    expect(servesEnvironment(engine, image)).toEqual({ eligible: true });
  });

  it('of macOS with the words of macOS', () => {
    const mac = machine({
      kernel: { name: 'Darwin' },
      cpu: { architecture: 'aarch64' },
      os: { id: 'macos', version: '14.4', prettyName: 'macOS 14.4' },
      libc: { family: 'system' },
      interpreters: own === undefined ? [] : [{ ...own, platform: 'macosx_14_0_arm64', libc: null }],
    });
    expect(servesEnvironment(mac, on('macosx_14_0_arm64'))).toEqual({ eligible: true });
    expect(servesEnvironment(mac, on('macosx_15_0_arm64'))).toMatchObject({
      reasons: ['needs macOS of at least 15.0 for macosx_15_0_arm64: this machine has macOS 14.4'],
    });
    expect(servesEnvironment(mac, python311)).toMatchObject({ eligible: false });
  });

  it('with the newest patch level that it has', () => {
    const both = machine({
      interpreters:
        own === undefined ? [] : [own, { ...own, path: '/opt/python3.11', fullVersion: '3.11.10' }],
    });
    expect(interpreterFor(both, python311)?.path).toBe('/opt/python3.11');
  });
});

describe('the queues of a machine', () => {
  const environments = [python311, on('linux_x86_64', '3.12')];

  it('are its lanes times what it can build, most specific lane first', () => {
    expect(queuesOf(machine(), defaultLanes, environments).map(formatQueueKey)).toEqual([
      'x86-64-v3.linux_x86_64-cp311',
      'avx2.linux_x86_64-cp311',
      'x86-64-v2.linux_x86_64-cp311',
      'any.linux_x86_64-cp311',
    ]);
  });

  it('come with every reason of the others', () => {
    const verdicts = evaluateQueues(machine(), defaultLanes, environments);
    expect(verdicts).toHaveLength(defaultLanes.length * 2);
    const cuda = verdicts.find(({ queue }) => formatQueueKey(queue) === 'cuda.linux_x86_64-cp312');
    expect(cuda?.verdict).toEqual({
      eligible: false,
      reasons: [
        'needs cuda: the machine has no NVIDIA GPU',
        'needs CPython 3.12: this machine has cpython 3.11',
      ],
    });
  });

  it('are one for environments that differ only in variables, served when one of them is', () => {
    const variants = [
      canonicalEnvironment({ python: '3.11', variables: { OMP_NUM_THREADS: '1' } }),
      canonicalEnvironment({ python: '3.11', image: 'example/base:1' }),
    ];
    const any = defaultLanes.filter((lane) => lane.name === 'any');
    expect(evaluateQueues(machine(), any, variants)).toEqual([
      { queue: { lane: 'any', target: 'linux_x86_64-cp311' }, verdict: { eligible: true } },
    ]);
  });
});
