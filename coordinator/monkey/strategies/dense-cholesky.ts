// The Cholesky factor of a symmetric positive definite matrix of fixed size, to which outer products are added. Kept as the upper
// factor U with U'U the matrix, row by row, so that every loop runs along memory.

export class DenseCholesky {
  readonly #size: number;
  readonly #rows: Float64Array;

  /** @param matrix row by row; only what is right of and on the diagonal is read */
  constructor(size: number, matrix: Float64Array) {
    this.#size = size;
    this.#rows = matrix.slice();
    for (let pivot = 0; pivot < size; pivot++) {
      const row = this.#row(pivot);
      const diagonal = Math.sqrt(Math.max(row[pivot] as number, 1e-12));
      row[pivot] = diagonal;
      for (let column = pivot + 1; column < size; column++) row[column] = (row[column] as number) / diagonal;
      for (let below = pivot + 1; below < size; below++) {
        const factor = row[below] as number;
        if (factor !== 0) subtract(this.#row(below), row, factor, below);
      }
    }
  }

  /** Sum of the logarithms of the diagonal: half the logarithm of the determinant. */
  get logDiagonal(): number {
    let sum = 0;
    for (let index = 0; index < this.#size; index++) sum += Math.log(this.#row(index)[index] as number);
    return sum;
  }

  /** Becomes the factor of the matrix plus the outer product of the vector with itself. The vector is used up. */
  add(vector: Float64Array): void {
    for (let pivot = 0; pivot < this.#size; pivot++) {
      const part = vector[pivot] as number;
      if (part === 0) continue;
      const row = this.#row(pivot);
      const diagonal = row[pivot] as number;
      const longer = Math.sqrt(diagonal * diagonal + part * part);
      const [cosine, sine] = [longer / diagonal, part / diagonal];
      row[pivot] = longer;
      for (let column = pivot + 1; column < this.#size; column++) {
        const value = ((row[column] as number) + sine * (vector[column] as number)) / cosine;
        row[column] = value;
        vector[column] = cosine * (vector[column] as number) - sine * value;
      }
    }
  }

  /** The solution of the system whose matrix this is the factor of. */
  solve(right: Float64Array): Float64Array {
    const solution = right.slice();
    for (let index = 0; index < this.#size; index++) {
      const row = this.#row(index);
      const value = (solution[index] as number) / (row[index] as number);
      solution[index] = value;
      if (value !== 0) subtract(solution, row, value, index + 1);
    }
    return this.scatter(solution);
  }

  /** The solution of Ux = y: of independent standard normal numbers one whose covariance is the inverse of the matrix. */
  scatter(right: Float64Array): Float64Array {
    const solution = right.slice();
    for (let index = this.#size - 1; index >= 0; index--) {
      const row = this.#row(index);
      let rest = solution[index] as number;
      for (let column = index + 1; column < this.#size; column++) {
        rest -= (row[column] as number) * (solution[column] as number);
      }
      solution[index] = rest / (row[index] as number);
    }
    return solution;
  }

  #row(index: number): Float64Array {
    return this.#rows.subarray(index * this.#size, (index + 1) * this.#size);
  }
}

/** Takes a multiple of one vector from another, from a place on. */
function subtract(target: Float64Array, other: Float64Array, factor: number, from: number): void {
  for (let index = from; index < target.length; index++) {
    target[index] = (target[index] as number) - factor * (other[index] as number);
  }
}
