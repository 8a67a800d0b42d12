import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedPermutation } from '../../../../../coordinator/monkey/diagram/permutation.ts';

/** These never change: a job row holds a seed and a position, and must mean the same stack for ever. */
const GOLDEN: readonly (readonly [string, bigint, readonly string[]])[] = [
  ['seven', 10n, ['8', '6', '2', '4', '0', '7', '3', '9', '1', '5']],
  ['seven', 1_000_003n, ['729723', '808200', '847742', '225601', '799151', '959750']],
  [
    'seven',
    10n ** 20n,
    ['2431576174184158472', '59128779312723569786', '55825973662382072170', '78229609411798304790'],
  ],
  [
    '',
    2n ** 200n + 17n,
    [
      '1180032896783906801565740511279356488365005231566672612030543',
      '1353469507401803077206464668808364545975011060442746772659476',
    ],
  ],
];

describe('the keyed permutation', () => {
  it.each(GOLDEN)('of seed "%s" below %s begins as it always did', (seed, bound, images) => {
    const permutation = new KeyedPermutation(seed, bound);
    expect(images.map((_, index) => permutation.at(BigInt(index)).toString())).toEqual(images);
  });

  it('is a bijection below any bound', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 700 }), (seed, bound) => {
        const permutation = new KeyedPermutation(seed, BigInt(bound));
        const images = new Set(Array.from({ length: bound }, (_, index) => permutation.at(BigInt(index))));
        expect(images.size).toBe(bound);
        expect([...images].every((image) => image >= 0n && image < BigInt(bound))).toBe(true);
      }),
    );
  });

  it('spreads the first positions evenly over the whole range', () => {
    const bound = 10n ** 40n;
    const permutation = new KeyedPermutation('even', bound);
    const bins = Array.from({ length: 100 }, () => 0);
    for (let index = 0n; index < 20_000n; index++) {
      const bin = Number((permutation.at(index) * 100n) / bound);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    const chiSquared = bins.reduce((sum, seen) => sum + (seen - 200) ** 2 / 200, 0);
    // 99 degrees of freedom: the 99.9 % point is 148.2.
    expect(chiSquared).toBeLessThan(148.2);
  });
});
