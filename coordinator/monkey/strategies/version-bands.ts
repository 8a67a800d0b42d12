// Neighbouring versions of a package taken together, so that a belief about many packages has a bounded size: at best every
// version is a band, else minor lines are, and where that is still too many, neighbours among those. Leaving the package out
// is a band of its own.
import { at } from '../space/at.ts';
import { DenseCholesky } from './dense-cholesky.ts';
import { placeOf } from './posterior.ts';
import type { VersionEffects } from './version-effects.ts';

interface Run {
  readonly from: number;
  /** The first value behind it. */
  readonly to: number;
}

export class VersionBands {
  readonly effects: VersionEffects;
  /** Number of bands; the last one is for stacks without the package. */
  readonly count: number;
  /** Covariance of the means of bands, row by row. */
  readonly covariance: Float64Array;
  readonly #bandOf: Int32Array;
  readonly #sizes: Float64Array;
  /** By value, by band: how much the effect of the value follows the mean of the band. */
  readonly #follows: Float64Array;

  constructor(effects: VersionEffects, most: number) {
    const runs = runsOf(effects, most - 1);
    this.effects = effects;
    this.count = runs.length + 1;
    this.#bandOf = new Int32Array(effects.size + 1).fill(runs.length);
    runs.forEach(({ from, to }, band) => this.#bandOf.fill(band, from, to));
    this.#sizes = new Float64Array(this.count);
    for (const band of this.#bandOf) this.#sizes[band] = (this.#sizes[band] as number) + 1;
    const withBands = this.#covarianceWithBands();
    this.covariance = this.#meansOver(withBands);
    this.#follows = this.#followOf(withBands);
  }

  /** @param value -1: without the package */
  bandOf(value: number): number {
    return this.#bandOf[placeOf(value, this.#bandOf.length)] as number;
  }

  /** Adds to effects by value what makes their means by band those that are given. */
  moveTo(effects: Float64Array, means: Float64Array): void {
    const gaps = means.slice();
    effects.forEach((effect, place) => {
      const band = this.#bandOf[place] as number;
      gaps[band] = (gaps[band] as number) - effect / (this.#sizes[band] as number);
    });
    for (let place = 0; place < effects.length; place++) {
      let sum = effects[place] as number;
      for (let band = 0; band < this.count; band++) {
        sum += (this.#follows[place * this.count + band] as number) * (gaps[band] as number);
      }
      effects[place] = sum;
    }
  }

  /** By value, by band: the covariance of the value's effect with the mean of the band's. */
  #covarianceWithBands(): Float64Array {
    const { size } = this.effects;
    const sums = new Float64Array((size + 1) * this.count);
    const valueAt = (place: number): number => (place === size ? -1 : place);
    for (let place = 0; place <= size; place++) {
      for (let other = 0; other <= size; other++) {
        const index = place * this.count + (this.#bandOf[other] as number);
        sums[index] = (sums[index] as number) + this.effects.covariance(valueAt(place), valueAt(other));
      }
    }
    return sums.map((sum, index) => sum / (this.#sizes[index % this.count] as number));
  }

  #meansOver(withBands: Float64Array): Float64Array {
    const means = new Float64Array(this.count * this.count);
    withBands.forEach((each, index) => {
      const band = this.#bandOf[Math.floor(index / this.count)] as number;
      const target = band * this.count + (index % this.count);
      means[target] = (means[target] as number) + each / (this.#sizes[band] as number);
    });
    return means;
  }

  #followOf(withBands: Float64Array): Float64Array {
    const factor = new DenseCholesky(this.count, this.covariance);
    const follows = new Float64Array(withBands.length);
    for (let start = 0; start < withBands.length; start += this.count) {
      follows.set(factor.solve(withBands.subarray(start, start + this.count)), start);
    }
    return follows;
  }
}

/** Bands of all packages that are at most so many together, but three of each at least. */
export function bandsOf(effects: readonly VersionEffects[], most: number): readonly VersionBands[] {
  const total = (limit: number): number =>
    effects.reduce((sum, { size }) => sum + Math.min(size + 1, limit), 0);
  const largest = effects.reduce((size, each) => Math.max(size, each.size + 1), 3);
  let limit = 3;
  while (limit < largest && total(limit + 1) <= most) limit += 1;
  return effects.map((each) => new VersionBands(each, limit));
}

/** At most so many runs of neighbouring values. */
function runsOf(effects: VersionEffects, most: number): readonly Run[] {
  const runs: Run[] = [];
  for (let value = 0; value < effects.size; value++) {
    const before = runs.at(-1);
    const goesOn = before !== undefined && effects.lineOf(value) === effects.lineOf(value - 1);
    if (goesOn) runs[runs.length - 1] = { from: before.from, to: value + 1 };
    else runs.push({ from: value, to: value + 1 });
  }
  while (runs.length > most) joinSmallest(runs);
  while (runs.length < Math.min(most, effects.size)) partLargest(runs);
  return runs;
}

function joinSmallest(runs: Run[]): void {
  let place = 0;
  for (let index = 1; index + 1 < runs.length; index++) {
    if (lengthOfTwo(runs, index) < lengthOfTwo(runs, place)) place = index;
  }
  runs.splice(place, 2, { from: at(runs, place).from, to: at(runs, place + 1).to });
}

function lengthOfTwo(runs: readonly Run[], place: number): number {
  return at(runs, place + 1).to - at(runs, place).from;
}

function partLargest(runs: Run[]): void {
  let place = 0;
  runs.forEach(({ from, to }, index) => {
    const largest = at(runs, place);
    if (to - from > largest.to - largest.from) place = index;
  });
  const { from, to } = at(runs, place);
  const middle = Math.ceil((from + to) / 2);
  runs.splice(place, 1, { from, to: middle }, { from: middle, to });
}
