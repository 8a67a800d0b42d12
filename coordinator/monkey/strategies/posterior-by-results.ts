// The belief of an additive model after few results, exactly: a draw from the prior, corrected by what was measured (Matheron's
// rule, https://doi.org/10.48550/arXiv.2002.09309). Work grows with the square of the number of results, whatever the number of
// versions.
import type { Random } from '../../../shared/runtime/random.ts';
import { GrowingCholesky } from './cholesky.ts';
import type { Observation } from './learning-stream.ts';
import { normalNumbers } from './normal.ts';
import { NOISE_SHARES, placeOf, sumOf, type Effects, type Posterior } from './posterior.ts';
import { mean, responsesOf } from './responses.ts';
import type { VersionEffects } from './version-effects.ts';

// Part of the stream: changing it changes what an old seed gives.
const FIRST_FIT = 8;

export class PosteriorByResults implements Posterior {
  readonly #effects: readonly VersionEffects[];
  readonly #observations: Observation[] = [];
  /** By observation: its covariances with those before it and itself. */
  readonly #covariances: Float64Array[] = [];
  #factor = new GrowingCholesky();
  #noise = 0.3;
  #nextFit = FIRST_FIT;

  constructor(effects: readonly VersionEffects[]) {
    this.#effects = effects;
  }

  get count(): number {
    return this.#observations.length;
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  observe(observations: readonly Observation[]): void {
    for (const observation of observations) {
      this.#observations.push(observation);
      this.#covariances.push(
        Float64Array.from(this.#observations, (other) => this.#covariance(observation, other)),
      );
      this.#factorise(this.#factor, this.#noise);
    }
    if (this.count >= this.#nextFit) {
      this.#nextFit = 2 * this.count;
      this.#fitNoise();
    }
  }

  draw(random: Random): Effects {
    const normal = normalNumbers(random);
    const drawn = new Map(this.#effects.map((each) => [each.packageIndex, each.draw(normal)]));
    const noise = Math.sqrt(this.#noiseVariance(this.#noise));
    const { responses, scale } = this.#standardised(this.#factor);
    const gaps = Float64Array.from(
      this.#observations,
      ({ values }, index) => (responses[index] as number) / scale - sumOf(drawn, values) - normal() * noise,
    );
    const weights = this.#factor.solve(gaps);
    for (const each of this.#effects) {
      const effects = drawn.get(each.packageIndex) as Float64Array;
      each.addPulled(effects, this.#pulls(each.packageIndex, effects.length, weights));
    }
    return drawn;
  }

  expectation(): Effects {
    const { responses } = this.#standardised(this.#factor);
    const weights = this.#factor.solve(responses);
    return new Map(
      this.#effects.map((each) => {
        const zero = new Float64Array(each.size + 1);
        each.addPulled(zero, this.#pulls(each.packageIndex, zero.length, weights));
        return [each.packageIndex, zero];
      }),
    );
  }

  #pulls(packageIndex: number, length: number, weights: Float64Array): Float64Array {
    const pulls = new Float64Array(length);
    this.#observations.forEach(({ values }, index) => {
      const place = placeOf(values[packageIndex] as number, length);
      pulls[place] = (pulls[place] as number) + (weights[index] as number);
    });
    return pulls;
  }

  #covariance(a: Observation, b: Observation): number {
    let sum = 0;
    for (const each of this.#effects) {
      sum += each.covariance(a.values[each.packageIndex] as number, b.values[each.packageIndex] as number);
    }
    return sum;
  }

  #noiseVariance(noise: number): number {
    return noise * Math.max(1, this.#effects.length);
  }

  #factorise(factor: GrowingCholesky, noise: number): void {
    for (let index = factor.size; index < this.count; index++) {
      const row = this.#covariances[index] as Float64Array;
      factor.add(row, (row[index] as number) + this.#noiseVariance(noise));
    }
  }

  /** Responses around their mean, and the standard deviation of one package's effects that explains them best. */
  #standardised(factor: GrowingCholesky): { readonly responses: Float64Array; readonly scale: number } {
    const numbers = responsesOf(this.#observations);
    const middle = mean(numbers);
    const responses = Float64Array.from(numbers, (number) => number - middle);
    const solved = factor.solve(responses);
    const square = responses.reduce((sum, number, index) => sum + number * (solved[index] as number), 0);
    return { responses, scale: Math.sqrt(Math.max(square / Math.max(1, this.count), 1e-12)) };
  }

  /** Takes the share of noise under which the results are likeliest. */
  #fitNoise(): void {
    let best = -Infinity;
    for (const noise of NOISE_SHARES) {
      const factor = new GrowingCholesky();
      this.#factorise(factor, noise);
      const likelihood = -this.count * Math.log(this.#standardised(factor).scale) - factor.logDiagonal;
      if (likelihood > best) {
        best = likelihood;
        this.#noise = noise;
        this.#factor = factor;
      }
    }
  }
}
