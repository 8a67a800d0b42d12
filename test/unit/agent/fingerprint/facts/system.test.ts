import { describe, expect, it } from 'vitest';
import { kernelSettingsFact } from '../../../../../agent/fingerprint/facts/kernel-settings.ts';
import { libcFact } from '../../../../../agent/fingerprint/facts/libc.ts';
import { machineIdFact } from '../../../../../agent/fingerprint/facts/machine-id.ts';
import { memoryFact } from '../../../../../agent/fingerprint/facts/memory.ts';
import { osReleaseFact } from '../../../../../agent/fingerprint/facts/os-release.ts';
import { topologyFact } from '../../../../../agent/fingerprint/facts/topology.ts';
import { virtualisationFact } from '../../../../../agent/fingerprint/facts/virtualisation.ts';
import { printed, smallMachine } from '../recorded-machines.ts';

describe('the C library', () => {
  it.each([
    ['getconf', { 'getconf GNU_LIBC_VERSION': printed('glibc 2.36\n') }],
    ['ldd', { 'ldd --version': printed('ldd (Debian GLIBC 2.36-9+deb12u14) 2.36\nCopyright\n') }],
  ])('is told by %s', async (_tool, commands) => {
    expect(await libcFact.collect(smallMachine({ commands }))).toEqual({
      libc: { family: 'glibc', version: '2.36' },
    });
  });

  it('is unknown where nobody tells it', async () => {
    const { libc, unknown } = await libcFact.collect(smallMachine());
    expect(libc).toBeUndefined();
    expect(Object.keys(unknown ?? {})).toEqual(libcFact.provides);
  });
});

describe('virtualisation', () => {
  it.each([
    ['none', { commands: { 'systemd-detect-virt --vm': printed('none\n', 1) } }],
    ['vmware', { commands: { 'systemd-detect-virt --vm': printed('vmware\n') } }],
    ['kvm', { commands: { lscpu: printed('Vendor ID: GenuineIntel\nHypervisor vendor:   KVM\n') } }],
    ['xen', { values: { '/sys/hypervisor/type': 'xen' } }],
    ['other', { files: { '/proc/cpuinfo': 'processor : 0\nflags\t: sse2 hypervisor\n' } }],
    ['none', { files: { '/proc/cpuinfo': 'processor : 0\nflags\t: sse2\n' } }],
    [null, {}],
  ])('is %s', async (virtualisation, machine) => {
    expect(await virtualisationFact.collect(smallMachine(machine))).toMatchObject({ virtualisation });
  });
});

describe('small facts', () => {
  it('memory that is not told is null, swap of 0 is 0', async () => {
    const files = { '/proc/meminfo': 'MemFree: 1 kB\nSwapTotal:       0 kB\n' };
    expect(await memoryFact.collect(smallMachine({ files }))).toEqual({
      memory: { totalBytes: null, swapBytes: 0 },
    });
  });

  it('the active huge page mode is the one in brackets', async () => {
    const values = { '/sys/kernel/mm/transparent_hugepage/enabled': 'always madvise [never]' };
    expect(await kernelSettingsFact.collect(smallMachine({ values }))).toMatchObject({
      kernel: { transparentHugePages: 'never' },
    });
  });

  it('the distribution is read with and without quotes, from either place', async () => {
    const files = { '/usr/lib/os-release': 'ID=alpine\nVERSION_ID=\'3.20\'\nPRETTY_NAME="Alpine = Linux"\n' };
    expect((await osReleaseFact.collect(smallMachine({ files }))).os).toEqual({
      id: 'alpine',
      version: '3.20',
      prettyName: 'Alpine = Linux',
    });
  });

  it('the machine id itself is never told', async () => {
    const id = '0123456789abcdef0123456789abcdef';
    const { machineIdDigest } = await machineIdFact.collect(
      smallMachine({ values: { '/etc/machine-id': id } }),
    );
    expect(machineIdDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(machineIdDigest).not.toContain(id);
    const uninitialised = await machineIdFact.collect(
      smallMachine({ values: { '/etc/machine-id': 'uninitialized' } }),
    );
    expect(uninitialised.machineIdDigest).toBeUndefined();
  });

  it('cores are counted by their threads, and not at all when one CPU does not tell', async () => {
    const values: Record<string, string> = {
      '/sys/devices/system/cpu/online': '0-3',
      ...Object.fromEntries(
        ['0,2', '1,3', '0,2', '1,3'].flatMap((siblings, cpu) => [
          [`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, siblings],
          [`/sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`, '0'],
        ]),
      ),
    };
    expect((await topologyFact.collect(smallMachine({ values }))).cpu).toEqual({
      logicalCpus: 4,
      physicalCores: 2,
      sockets: 1,
    });
    const partly = Object.fromEntries(
      Object.entries(values).filter(([path]) => !path.includes('cpu3/topology/thread_siblings')),
    );
    expect((await topologyFact.collect(smallMachine({ values: partly }))).cpu?.physicalCores).toBeNull();
  });
});
