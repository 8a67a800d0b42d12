import { expect, it } from 'vitest';
import {
  clearestBound,
  isInside,
  type Believed,
} from '../../../../../coordinator/monkey/strategies/clearest-bound.ts';

const stack = (response: number, ...values: readonly number[]): Believed => ({
  values: Int32Array.from(values),
  response,
});

it('keeps the side of a package that is believed faster, and leaves the other packages alone', () => {
  const stacks = [0, 1, 2, 3].flatMap((value) => [
    stack(value < 2 ? 1 : 0, value, 0),
    stack(value < 2 ? 1 : 0, value, 1),
  ]);
  expect(clearestBound(new Map(), [0, 1], stacks)).toEqual(new Map([[0, { from: 2, to: Infinity }]]));
  const older = stacks.map(({ values, response }) => ({ values, response: -response }));
  expect(clearestBound(new Map(), [0, 1], older)).toEqual(new Map([[0, { from: 0, to: 1 }]]));
});

it('narrows a bound further, and finds none where all are the same', () => {
  const region = new Map([[0, { from: 1, to: 3 }]]);
  const stacks = [1, 2, 3].map((value) => stack(value, value));
  expect(clearestBound(region, [0], stacks)?.get(0)).toEqual({ from: 1, to: 1 });
  expect(
    clearestBound(
      region,
      [0],
      stacks.map(({ values }) => ({ values, response: 5 })),
    ),
  ).toBeNull();
  expect(clearestBound(region, [0], [stack(1, 2), stack(2, 2)])).toBeNull();
});

it('counts stacks without a package on both sides of its bounds, and never as outside', () => {
  const region = clearestBound(new Map(), [0], [stack(0, -1), stack(0, 0), stack(3, 1)]);
  expect(region).toEqual(new Map([[0, { from: 0, to: 0 }]]));
  expect([-1, 0, 1].map((value) => isInside(region ?? new Map(), Int32Array.of(value)))).toEqual([
    true,
    true,
    false,
  ]);
});
