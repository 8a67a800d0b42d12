import { describe, expect, it } from 'vitest';
import { containerFact } from '../../../../../agent/fingerprint/facts/container.ts';
import { smallMachine, type SmallMachine } from '../recorded-machines.ts';

const containerOf = async (machine: SmallMachine) =>
  (await containerFact.collect(smallMachine(machine))).container;

describe('the kind of container', () => {
  it.each([
    ['kubernetes', { environment: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, present: ['/.dockerenv'] }],
    ['podman', { present: ['/run/.containerenv'] }],
    ['docker', { present: ['/.dockerenv'] }],
    ['systemd-nspawn', { values: { '/run/systemd/container': 'systemd-nspawn' } }],
    ['lxc', { environment: { container: 'lxc' } }],
    ['kubernetes', { values: { '/proc/1/cgroup': '0::/kubepods/besteffort/pod1/abc' } }],
    ['none', { values: { '/proc/1/cgroup': '0::/init.scope' } }],
    [null, {}],
  ])('is %s', async (kind, machine) => {
    expect(await containerOf(machine)).toMatchObject({ kind });
  });
});

describe('limits of control groups', () => {
  it('of version 2 are the smallest on the way up', async () => {
    const values = {
      '/proc/self/cgroup': '0::/a/b',
      '/sys/fs/cgroup/a/b/cpu.max': '400000 100000',
      '/sys/fs/cgroup/a/cpu.max': '150000 100000',
      '/sys/fs/cgroup/a/b/memory.max': 'max',
      '/sys/fs/cgroup/a/memory.max': '1073741824',
    };
    expect(await containerOf({ values })).toMatchObject({ cpuLimit: 1.5, memoryLimitBytes: 2 ** 30 });
  });

  it('of version 1 are read from their controllers, and its huge number is no limit', async () => {
    const files = {
      '/proc/self/cgroup': '4:memory:/docker/x\n2:cpu,cpuacct:/docker/x\n1:name=systemd:/\n0::/\n',
    };
    const values = {
      '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us': '250000',
      '/sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us': '100000',
      '/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes': '9223372036854771712',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
    };
    expect(await containerOf({ files, values })).toMatchObject({
      cpuLimit: 2.5,
      memoryLimitBytes: 'unlimited',
    });
  });

  it('are unlimited where nothing limits, and unknown where nothing can be read', async () => {
    expect(await containerOf({ values: { '/proc/self/cgroup': '0::/' } })).toMatchObject({
      cpuLimit: 'unlimited',
      memoryLimitBytes: 'unlimited',
    });
    expect(await containerOf({})).toMatchObject({ cpuLimit: null, memoryLimitBytes: null });
  });

  it('count the CPUs that the process may run on', async () => {
    const files = { '/proc/self/status': 'Name:\tnode\nCpus_allowed_list:\t0-3,8\n' };
    expect(await containerOf({ files })).toMatchObject({ allowedCpus: 5 });
  });
});
