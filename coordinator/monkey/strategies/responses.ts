// Results as numbers to be compared: a stack that failed is as bad as the worst that was measured, and never better than
// twice the time of the baseline.
const FAILED_AT_LEAST = Math.log(2);

interface Result {
  /** Natural logarithm of a ratio, lower is better; null: it failed. */
  readonly logRatio: number | null;
}

/** Sums over results, which are not kept: what failed is counted, since only the last result says how bad it is. */
export class ResponseSums {
  #succeeded = 0;
  #failed = 0;
  #sum = 0;
  #squares = 0;
  #worst = FAILED_AT_LEAST;

  add({ logRatio }: Result): void {
    this.#succeeded += logRatio === null ? 0 : 1;
    this.#failed += logRatio === null ? 1 : 0;
    this.#sum += logRatio ?? 0;
    this.#squares += (logRatio ?? 0) ** 2;
    this.#worst = Math.max(this.#worst, logRatio ?? 0);
  }

  get count(): number {
    return this.#succeeded + this.#failed;
  }

  /** What a stack that failed counts as. */
  get worst(): number {
    return this.#worst;
  }

  get mean(): number {
    return (this.#sum + this.#failed * this.#worst) / Math.max(1, this.count);
  }

  /** The sum of squares around the mean; rounding may bring it below 0. */
  get squareAroundMean(): number {
    return this.#squares + this.#failed * this.#worst * this.#worst - this.count * this.mean * this.mean;
  }
}

/** Natural logarithms of ratios; lower is better. */
export function responsesOf(results: readonly Result[]): number[] {
  const worst = results.reduce((most, { logRatio }) => Math.max(most, logRatio ?? 0), FAILED_AT_LEAST);
  return results.map(({ logRatio }) => logRatio ?? worst);
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
