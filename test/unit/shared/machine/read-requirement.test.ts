import { describe, expect, it } from 'vitest';
import { readRequirement } from '../../../../shared/machine/read-requirement.ts';

describe('a requirement from outside', () => {
  it('is taken as it is when it is well formed', () => {
    const requires = {
      all: [
        { has: 'avx2' },
        { any: [{ has: 'cuda' }, { atLeast: { fact: 'cores', value: 8 } }] },
        { atLeast: { fact: 'glibc', version: '2.28' } },
      ],
    };
    expect(readRequirement(requires)).toEqual({ requirement: requires });
  });

  it.each([
    [null, 'requires', 'exactly one of'],
    [[], 'requires', 'exactly one of'],
    [{}, 'requires', 'exactly one of'],
    [{ has: 'avx2', all: [] }, 'requires', 'exactly one of'],
    [{ not: { has: 'avx2' } }, 'requires', 'exactly one of'],
    [{ all: { has: 'avx2' } }, 'requires.all', 'must be a list'],
    [{ any: [] }, 'requires.any', 'is empty'],
    [{ all: [{ has: 'avx2' }, { has: 'AVX2' }] }, 'requires.all[1].has', 'names no capability: "AVX2"'],
    [{ atLeast: { fact: 'memory', value: 64 } }, 'requires.atLeast', '"unit", one of B'],
    [{ atLeast: { fact: 'memory', value: 64, unit: 'GHz' } }, 'requires.atLeast', '"unit", one of B'],
    [{ atLeast: { fact: 'memory', value: -1, unit: 'GiB' } }, 'requires.atLeast', 'a number above 0'],
    [{ atLeast: { fact: 'memory', value: 'all', unit: 'GiB' } }, 'requires.atLeast', 'a number above 0'],
    [{ atLeast: { fact: 'cores', value: 8, unit: 'GiB' } }, 'requires.atLeast', 'takes no "unit"'],
    [{ atLeast: { fact: 'gpu.driver', version: '550.x' } }, 'requires.atLeast', '"version" such as'],
    [{ atLeast: { fact: 'gpu.driver', value: 550 } }, 'requires.atLeast', '"version" such as'],
    [{ atLeast: { fact: 'flavour', value: 1 } }, 'requires.atLeast', 'no fact that can be compared'],
    [{ atLeast: { fact: 'cores', value: 1, more: 2 } }, 'requires.atLeast', 'unknown key more'],
    [{ all: Array.from({ length: 65 }, () => ({ has: 'avx2' })) }, 'requires.all', 'more than 64'],
  ])('%j is refused with its place and problem', (value, path, problem) => {
    expect(readRequirement(value)).toEqual({ path, problem: expect.stringContaining(problem) as string });
  });

  it('is refused when nested too deeply', () => {
    let value: unknown = { has: 'avx2' };
    for (let depth = 0; depth < 20; depth++) {
      value = { all: [value] };
    }
    expect(readRequirement(value)).toMatchObject({ problem: 'is nested deeper than 8' });
  });
});
