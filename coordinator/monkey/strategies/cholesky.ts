// The Cholesky factor of a symmetric positive definite matrix that grows by a row at a time.

export class GrowingCholesky {
  readonly #rows: Float64Array[] = [];

  get size(): number {
    return this.#rows.length;
  }

  /** Sum of the logarithms of the diagonal: half the logarithm of the determinant. */
  get logDiagonal(): number {
    return this.#rows.reduce((sum, row, index) => sum + Math.log(row[index] as number), 0);
  }

  /** @param covariances of the new row with those before it @param variance of the new row with itself */
  add(covariances: Float64Array, variance: number): void {
    const row = new Float64Array(this.size + 1);
    let rest = variance;
    for (let column = 0; column < this.size; column++) {
      const other = this.#rows[column] as Float64Array;
      const value = ((covariances[column] as number) - dot(row, other, column)) / (other[column] as number);
      row[column] = value;
      rest -= value * value;
    }
    row[this.size] = Math.sqrt(Math.max(rest, 1e-12));
    this.#rows.push(row);
  }

  /** The solution of the system whose matrix this is the factor of. */
  solve(right: Float64Array): Float64Array {
    const solution = right.slice();
    for (let index = 0; index < this.size; index++) {
      const row = this.#rows[index] as Float64Array;
      solution[index] = ((solution[index] as number) - dot(row, solution, index)) / (row[index] as number);
    }
    for (let index = this.size - 1; index >= 0; index--) {
      const row = this.#rows[index] as Float64Array;
      const value = (solution[index] as number) / (row[index] as number);
      solution[index] = value;
      for (let before = 0; before < index; before++) {
        solution[before] = (solution[before] as number) - value * (row[before] as number);
      }
    }
    return solution;
  }
}

function dot(a: Float64Array, b: Float64Array, length: number): number {
  let sum = 0;
  for (let index = 0; index < length; index++) {
    sum += (a[index] as number) * (b[index] as number);
  }
  return sum;
}
