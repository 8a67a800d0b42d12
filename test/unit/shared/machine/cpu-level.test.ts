import { describe, expect, it } from 'vitest';
import { cpuLevel, flagsMissingFor } from '../../../../shared/machine/cpu-level.ts';
import { V1_FLAGS, V2_FLAGS, V3_FLAGS, V4_FLAGS } from './machines.ts';

describe('the level of a CPU', () => {
  it.each([
    ['x86-64-v1', V1_FLAGS, []],
    ['x86-64-v2', V2_FLAGS, V1_FLAGS],
    ['x86-64-v3', V3_FLAGS, V2_FLAGS],
    ['x86-64-v4', V4_FLAGS, V3_FLAGS],
  ])('is %s exactly when all its flags are there', (level, flags, flagsBelow) => {
    expect(cpuLevel('x86_64', flags)).toBe(level);
    const added = flags.filter((flag) => !flagsBelow.includes(flag));
    const withoutOne = added.map((missing) => flags.filter((flag) => flag !== missing));
    const levels = new Set(withoutOne.map((others) => cpuLevel('x86_64', others)));
    expect([...levels]).toEqual([cpuLevel('x86_64', flagsBelow)]);
  });

  it('does not skip a level: AVX-512 without AVX2 is v2', () => {
    expect(
      cpuLevel(
        'x86_64',
        V4_FLAGS.filter((flag) => flag !== 'avx2'),
      ),
    ).toBe('x86-64-v2');
  });

  it('names every flag that is missing, of the lower levels too', () => {
    const flags = V4_FLAGS.filter((flag) => !['popcnt', 'movbe', 'avx512vl'].includes(flag));
    expect(flagsMissingFor('x86-64-v4', flags)).toEqual(['popcnt', 'movbe', 'avx512vl']);
    expect(flagsMissingFor('x86-64-v3', flags)).toEqual(['popcnt', 'movbe']);
  });

  it('is null where there are no levels', () => {
    expect(cpuLevel('ppc64le', V4_FLAGS)).toBeNull();
    expect(cpuLevel('x86_64', [])).toBeNull();
  });

  it('of Arm follows what each version makes mandatory', () => {
    const altra = 'fp asimd aes crc32 atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp ssbs'.split(' ');
    expect(cpuLevel('aarch64', altra)).toBe('armv8_2');
    const grace = [
      ...altra,
      ...'jscvt fcma paca dit flagm uscat ilrcpc sb flagm2 frint dcpodp bti sve sve2'.split(' '),
    ];
    expect(cpuLevel('aarch64', grace)).toBe('armv9_0');
    expect(cpuLevel('aarch64', ['fp', 'asimd', 'crc32'])).toBe('armv8_0');
  });
});
