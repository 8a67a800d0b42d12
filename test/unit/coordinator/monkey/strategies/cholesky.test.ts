import { expect, it } from 'vitest';
import { GrowingCholesky } from '../../../../../coordinator/monkey/strategies/cholesky.ts';

const matrix = [
  [4, 2, 0.6],
  [2, 5, 1],
  [0.6, 1, 3],
];

it('solves the system of a matrix that came row by row', () => {
  const factor = new GrowingCholesky();
  matrix.forEach((row, index) => factor.add(Float64Array.from(row.slice(0, index)), row[index] ?? NaN));
  const right = Float64Array.of(1, -2, 7);
  const solution = factor.solve(right);
  matrix.forEach((row, index) => {
    const product = row.reduce((sum, value, column) => sum + value * (solution[column] ?? NaN), 0);
    expect(product).toBeCloseTo(right[index] ?? NaN, 12);
  });
  // Half the logarithm of the determinant.
  expect(factor.logDiagonal).toBeCloseTo(Math.log(4 * (15 - 1) - 2 * (6 - 0.6) + 0.6 * (2 - 3)) / 2, 12);
});
