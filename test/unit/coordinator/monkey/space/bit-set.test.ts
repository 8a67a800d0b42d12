import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitCount,
  difference,
  equalSets,
  fullSet,
  has,
  intersection,
  isEmpty,
  isSubset,
  membersOf,
  setKey,
  setOf,
  sizeOf,
  unionInto,
} from '../../../../../coordinator/monkey/space/bit-set.ts';

const members = fc.uniqueArray(fc.nat(99));

describe('bit sets', () => {
  it('behave as sets of numbers', () => {
    fc.assert(
      fc.property(members, members, (left, right) => {
        const a = setOf(100, left);
        const b = setOf(100, right);
        const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((x, y) => x - y);
        expect(membersOf(a)).toEqual(sorted(left));
        expect(sizeOf(a)).toBe(left.length);
        expect(membersOf(intersection(a, b))).toEqual(sorted(left.filter((each) => right.includes(each))));
        expect(membersOf(difference(a, b))).toEqual(sorted(left.filter((each) => !right.includes(each))));
        expect(isSubset(a, b)).toBe(left.every((each) => right.includes(each)));
        expect(isEmpty(a)).toBe(left.length === 0);
        expect(setKey(a) === setKey(b)).toBe(equalSets(a, b));
        const union = a.slice();
        unionInto(union, b);
        expect(membersOf(union)).toEqual(sorted([...new Set([...left, ...right])]));
      }),
    );
  });

  it.each([0, 1, 31, 32, 33, 64, 100])('has no bits beyond a universe of %i', (size) => {
    expect(membersOf(fullSet(size))).toEqual(Array.from({ length: size }, (_, index) => index));
  });

  it('counts the bits of a full word', () => {
    expect(bitCount(0xffffffff)).toBe(32);
    expect(has(setOf(32, [31]), 31)).toBe(true);
  });
});
