import { describe, expect, it } from 'vitest';
import {
  byMostSpecific,
  defaultLanes,
  evaluateLane,
  evaluateLanes,
  isLaneName,
  lanesOf,
  normalizeLaneName,
  ownLevelLane,
  parseLaneDefinition,
} from '../../../../shared/machine/lanes.ts';
import type { TroopError } from '../../../../shared/errors/troop-error.ts';
import { a100, machine, V1_FLAGS, V2_FLAGS, V4_FLAGS } from './machines.ts';

describe('lane names', () => {
  it.each(['any', 'x86-64-v3', 'avx2+cuda', 'm_01'])('%s is one', (name) => {
    expect(isLaneName(name)).toBe(true);
  });

  it.each(['', 'cuda+avx2', 'avx2+avx2', 'AVX2', 'cuda.12', 'a+', '-a', 'a b', 'x'.repeat(33), 'é'])(
    '%j is none',
    (name) => {
      expect(isLaneName(name)).toBe(false);
    },
  );

  it('are brought into their canonical form', () => {
    expect(normalizeLaneName(' CUDA+avx2+cuda ')).toBe('avx2+cuda');
    expect(() => normalizeLaneName('cuda 12.4')).toThrow('not a lane name: cuda 12.4');
  });
});

describe('the catalogue', () => {
  it('has only canonical names, each once', () => {
    const names = defaultLanes.map((lane) => lane.name);
    expect(names.every(isLaneName)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });

  it('puts a machine into its lanes, most specific first', () => {
    const full = machine({ cpu: { flags: V4_FLAGS, level: 'x86-64-v4' }, gpus: [a100] });
    expect(lanesOf(defaultLanes, full)).toEqual([
      'x86-64-v4',
      'x86-64-v3',
      'avx2+cuda',
      'avx512f',
      'avx2',
      'x86-64-v2',
      'cuda',
      'any',
    ]);
  });

  it('says for every lane why a machine is not in it', () => {
    const refused = evaluateLanes(defaultLanes, machine()).filter(({ verdict }) => !verdict.eligible);
    expect(refused.map(({ lane }) => lane)).toEqual(['x86-64-v4', 'avx2+cuda', 'avx512f', 'aarch64', 'cuda']);
    for (const { verdict } of refused) {
      expect(verdict.eligible ? [] : verdict.reasons[0]).toMatch(/^needs [a-z0-9-]+: .+/);
    }
  });

  it('never lets an unread machine in, but for any', () => {
    const unread = machine({});
    const blank = {
      ...unread,
      cpu: { ...unread.cpu, flags: null, architecture: null, level: null },
      gpus: null,
    };
    expect(lanesOf(defaultLanes, blank)).toEqual(['any']);
  });
});

describe('the order of lanes', () => {
  const lane = (name: string, requires: unknown): ReturnType<typeof parseLaneDefinition> =>
    parseLaneDefinition({ name, requires });
  const gib = (value: number): unknown => ({ atLeast: { fact: 'memory', value, unit: 'GiB' } });

  it('puts the lane with more memory before the one with less, whatever the units', () => {
    const lanes = [
      lane('b', gib(64)),
      lane('c', { atLeast: { fact: 'memory', value: 1, unit: 'TB' } }),
      lane('a', gib(8)),
    ];
    expect(lanes.toSorted(byMostSpecific).map((each) => each.name)).toEqual(['c', 'b', 'a']);
  });

  it('puts both before either before nothing', () => {
    const lanes = [
      lane('nothing', { all: [] }),
      lane('either', { any: [{ has: 'avx2' }, { has: 'cuda' }] }),
      lane('one', { has: 'avx2' }),
      lane('both', { all: [{ has: 'avx2' }, { has: 'cuda' }] }),
    ];
    const order = lanes.toSorted(byMostSpecific).map((each) => each.name);
    expect(order.slice(0, 2)).toEqual(['both', 'one']);
    expect(order.slice(2).toSorted()).toEqual(['either', 'nothing']);
  });

  it('does not depend on the order in which lanes are given', () => {
    const names = (lanes: typeof defaultLanes): string[] =>
      lanes.toSorted(byMostSpecific).map((each) => each.name);
    expect(names(defaultLanes.toReversed())).toEqual(names(defaultLanes));
  });
});

describe("a machine's own level", () => {
  it.each([
    ['x86-64-v4', machine({ cpu: { flags: V4_FLAGS } })],
    ['x86-64-v3', machine()],
    ['x86-64-v2', machine({ cpu: { flags: V2_FLAGS } })],
    ['any', machine({ cpu: { flags: V1_FLAGS } })],
    ['aarch64', machine({ cpu: { architecture: 'aarch64', flags: ['fp', 'asimd'] } })],
    ['any', machine({ cpu: { architecture: 'riscv64', flags: [] } })],
  ])('is the lane %s', (lane, fingerprint) => {
    expect(ownLevelLane(fingerprint)).toBe(lane);
    const definition = defaultLanes.find((each) => each.name === lane);
    expect(definition === undefined ? null : evaluateLane(definition, fingerprint)).toEqual({
      eligible: true,
    });
  });
});

describe('a lane of an operator', () => {
  it('is read, evaluated and refused with the nearest miss', () => {
    const lane = parseLaneDefinition({
      name: 'Big+cuda',
      requires: {
        all: [
          { has: 'cuda' },
          { atLeast: { fact: 'gpu.driver', version: '550.54' } },
          { atLeast: { fact: 'memory', value: 64, unit: 'GiB' } },
        ],
      },
    });
    expect(lane.name).toBe('big+cuda');
    expect(evaluateLane(lane, machine({ gpus: [a100] }))).toEqual({
      eligible: false,
      reasons: [
        'needs an NVIDIA driver of at least 550.54: this machine has 535.104.05',
        'needs at least 64 GiB of memory: this machine has 32 GiB',
      ],
    });
    expect(
      evaluateLane(
        lane,
        machine({ gpus: [{ ...a100, driver: '550.54.15' }], memory: { totalBytes: 2 ** 37 } }),
      ),
    ).toEqual({
      eligible: true,
    });
  });

  it('that asks for one of several says all that was tried', () => {
    const lane = parseLaneDefinition({
      name: 'fast',
      requires: { any: [{ has: 'avx512f' }, { has: 'cuda' }] },
    });
    expect(evaluateLane(lane, machine())).toEqual({
      eligible: false,
      reasons: [
        'needs avx512f: the CPU AMD EPYC 7302 reports no such flag; or needs cuda: the machine has no NVIDIA GPU',
      ],
    });
  });

  it.each([
    [undefined, 'TROOP-1201'],
    [{ name: 'x' }, 'TROOP-1202'],
    [{ name: 'x.y', requires: { all: [] } }, 'TROOP-1201'],
    [{ name: 'x', requires: { has: 'avx3' } }, 'TROOP-1202'],
  ])('%j is an error with code', (value, code) => {
    expect(() => parseLaneDefinition(value)).toThrow(expect.objectContaining({ code }) as TroopError);
  });
});
