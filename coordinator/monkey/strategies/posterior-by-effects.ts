// The belief of an additive model after many results: over the means of bands of versions, of which there are a bounded number.
// A result is added in place and forgotten, so memory and the time for a decision do not depend on how many there were. What the
// versions of a band do beyond its mean is taken for noise.
import type { Random } from '../../../shared/runtime/random.ts';
import { at } from '../space/at.ts';
import { DenseCholesky } from './dense-cholesky.ts';
import type { Observation } from './learning-stream.ts';
import { normalNumbers } from './normal.ts';
import { NOISE_SHARES, type Effects, type Posterior } from './posterior.ts';
import { ResponseSums } from './responses.ts';
import { bandsOf, type VersionBands } from './version-bands.ts';
import type { VersionEffects } from './version-effects.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const MOST_BANDS = 512;
/** Part of the number of bands: a telling of more results has the matrix factorised anew. */
const LARGE_TELLING = 1 / 3;

interface Fit {
  /** By band, as the responses are. */
  readonly means: Float64Array;
  /** The standard deviation of one package's effects that explains the responses best. */
  readonly scale: number;
}

export class PosteriorByEffects implements Posterior {
  readonly #bands: readonly VersionBands[];
  /** By package of `bands`: where its bands begin; one more at the end. */
  readonly #starts: readonly number[];
  readonly #size: number;
  /** The inverse of the covariance before any result, row by row. */
  readonly #prior: Float64Array;
  /** By two bands: the results that had both. */
  readonly #together: Float64Array;
  /** By band: sums of the responses that succeeded, and numbers of those that failed. */
  readonly #responses: Float64Array;
  readonly #failures: Float64Array;
  readonly #sums = new ResponseSums();
  #noise = 0.3;
  #factor: DenseCholesky;
  #nextFit = 1;

  constructor(effects: readonly VersionEffects[]) {
    this.#bands = bandsOf(effects, MOST_BANDS);
    const starts = [0];
    for (const { count } of this.#bands) starts.push((starts.at(-1) ?? 0) + count);
    this.#starts = starts;
    this.#size = starts.at(-1) ?? 0;
    this.#prior = this.#inversePrior();
    this.#together = new Float64Array(this.#size * this.#size);
    this.#responses = new Float64Array(this.#size);
    this.#failures = new Float64Array(this.#size);
    this.#factor = new DenseCholesky(this.#size, this.#prior);
  }

  get count(): number {
    return this.#sums.count;
  }

  observe(observations: readonly Observation[]): void {
    const isLarge = observations.length > this.#size * LARGE_TELLING;
    for (const observation of observations) {
      const places = this.#placesOf(observation.values);
      this.#add(places, observation);
      if (!isLarge) this.#addToFactor(places);
    }
    if (this.count >= this.#nextFit) {
      this.#nextFit = 2 * this.count;
      this.#fitNoise();
    } else if (isLarge) {
      this.#factor = this.#factorFor(this.#noise);
    }
  }

  draw(random: Random): Effects {
    const normal = normalNumbers(random);
    const drawn = this.#bands.map(({ effects }) => effects.draw(normal));
    const { means, scale } = this.#fit(this.#factor, this.#noise);
    const scattered = this.#factor.scatter(Float64Array.from({ length: this.#size }, normal));
    const around = means.map((mean, index) => mean / scale + (scattered[index] as number));
    return this.#movedTo(drawn, around);
  }

  expectation(): Effects {
    const nothing = this.#bands.map(({ effects }) => new Float64Array(effects.size + 1));
    return this.#movedTo(nothing, this.#fit(this.#factor, this.#noise).means);
  }

  #movedTo(effects: readonly Float64Array[], means: Float64Array): Effects {
    return new Map(
      this.#bands.map((bands, index) => {
        const own = at(effects, index);
        bands.moveTo(own, means.subarray(this.#starts[index], this.#starts[index + 1]));
        return [bands.effects.packageIndex, own];
      }),
    );
  }

  #placesOf(values: Int32Array): Int32Array {
    return Int32Array.from(
      this.#bands,
      (bands, index) =>
        (this.#starts[index] as number) + bands.bandOf(values[bands.effects.packageIndex] as number),
    );
  }

  #add(places: Int32Array, observation: Observation): void {
    const { logRatio } = observation;
    this.#sums.add(observation);
    for (const place of places) {
      this.#responses[place] = (this.#responses[place] as number) + (logRatio ?? 0);
      this.#failures[place] = (this.#failures[place] as number) + (logRatio === null ? 1 : 0);
      for (const other of places) {
        const index = place * this.#size + other;
        this.#together[index] = (this.#together[index] as number) + 1;
      }
    }
  }

  #addToFactor(places: Int32Array): void {
    const vector = new Float64Array(this.#size);
    const weight = 1 / Math.sqrt(this.#noiseVariance(this.#noise));
    for (const place of places) vector[place] = weight;
    this.#factor.add(vector);
  }

  #factorFor(noise: number): DenseCholesky {
    const variance = this.#noiseVariance(noise);
    return new DenseCholesky(
      this.#size,
      this.#prior.map((each, index) => each + (this.#together[index] as number) / variance),
    );
  }

  #noiseVariance(noise: number): number {
    return noise * Math.max(1, this.#bands.length);
  }

  #fit(factor: DenseCholesky, noise: number): Fit {
    const { worst, mean: middle, squareAroundMean: square } = this.#sums;
    const variance = this.#noiseVariance(noise);
    const right = this.#responses.map((sum, band) => {
      const results = this.#together[band * this.#size + band] as number;
      return sum + worst * (this.#failures[band] as number) - middle * results;
    });
    const means = factor.solve(right.map((each) => each / variance));
    const explained = right.reduce((sum, each, band) => sum + each * (means[band] as number), 0);
    const left = Math.max((square - explained) / variance / Math.max(1, this.count), 1e-12);
    return { means, scale: Math.sqrt(left) };
  }

  /** Takes the share of noise under which the results are likeliest. */
  #fitNoise(): void {
    let best = -Infinity;
    for (const noise of NOISE_SHARES) {
      const factor = this.#factorFor(noise);
      const { scale } = this.#fit(factor, noise);
      const perResult = Math.log(scale) + Math.log(this.#noiseVariance(noise)) / 2;
      const likelihood = -this.count * perResult - factor.logDiagonal;
      if (likelihood > best) {
        best = likelihood;
        this.#noise = noise;
        this.#factor = factor;
      }
    }
  }

  #inversePrior(): Float64Array {
    const inverse = new Float64Array(this.#size * this.#size);
    this.#bands.forEach(({ count, covariance }, index) => {
      const factor = new DenseCholesky(count, covariance);
      const start = this.#starts[index] as number;
      for (let band = 0; band < count; band++) {
        const unit = new Float64Array(count);
        unit[band] = 1;
        inverse.set(factor.solve(unit), (start + band) * this.#size + start);
      }
    });
    return inverse;
  }
}
