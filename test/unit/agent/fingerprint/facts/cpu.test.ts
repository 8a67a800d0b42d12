import { describe, expect, it } from 'vitest';
import { cpuFact } from '../../../../../agent/fingerprint/facts/cpu.ts';
import { printed, smallMachine } from '../recorded-machines.ts';

const uname = { 'uname -m': printed('x86_64\n') };

describe('the CPU', () => {
  it('of a machine with unequal cores has the flags that all of them have', async () => {
    const files = {
      '/proc/cpuinfo':
        'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: sse2 avx avx2\n\nprocessor\t: 1\nvendor_id\t: GenuineIntel\nflags\t\t: avx sse2\n\n',
    };
    const { cpu } = await cpuFact.collect(smallMachine({ files, commands: uname }));
    expect(cpu?.flags).toEqual(['avx', 'sse2']);
  });

  it('whose kernel tells no flags has none claimed, and the reason', async () => {
    const files = { '/proc/cpuinfo': 'processor\t: 0\nisa\t\t: rv64imafdc\n\n' };
    const { cpu, unknown } = await cpuFact.collect(
      smallMachine({ files, commands: { 'uname -m': printed('riscv64\n') } }),
    );
    expect(cpu).toMatchObject({ architecture: 'riscv64', flags: null, level: null });
    expect(unknown).toMatchObject({ 'cpu.flags': '/proc/cpuinfo names no flags' });
  });

  it('is unknown without /proc/cpuinfo', async () => {
    const { cpu, unknown } = await cpuFact.collect(smallMachine({ commands: uname }));
    expect(cpu).toEqual({ architecture: 'x86_64' });
    expect(unknown?.['cpu.flags']).toBe('/proc/cpuinfo cannot be read');
  });

  it('of a Mac is described in the words of Linux', async () => {
    const intel = `machdep.cpu.vendor: GenuineIntel
machdep.cpu.brand_string: Intel(R) Core(TM) i7-8850H CPU @ 2.60GHz
machdep.cpu.family: 6
machdep.cpu.features: FPU CX8 SEP CMOV MMX FXSR SSE SSE2 SSE3 SSSE3 FMA CX16 SSE4.1 SSE4.2 MOVBE POPCNT XSAVE OSXSAVE AVX1.0 F16C
machdep.cpu.leaf7_features: BMI1 AVX2 BMI2
machdep.cpu.extfeatures: SYSCALL XD LAHF LZCNT
hw.physicalcpu: 6
`;
    const mac = (output: string) =>
      cpuFact.collect(
        smallMachine({ platform: 'darwin', commands: { 'sysctl machdep.cpu hw': printed(output) } }),
      );
    expect((await mac(intel)).cpu).toMatchObject({ level: 'x86-64-v3', family: 6, vendor: 'GenuineIntel' });
    const apple =
      'machdep.cpu.brand_string: Apple M1\nhw.optional.arm64: 1\nhw.optional.arm.FEAT_LSE: 1\nhw.optional.arm.FEAT_RDM: 1\nhw.optional.armv8_crc32: 1\n';
    expect((await mac(apple)).cpu).toMatchObject({
      architecture: 'aarch64',
      vendor: 'Apple',
      level: 'armv8_1',
    });
  });
});
