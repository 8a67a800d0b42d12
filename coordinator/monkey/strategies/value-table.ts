// Values of versions that are corrected after each result by what they failed to predict: a stack is worth the sum of the
// values of its (package, minor line) and (package, version). The last step of temporal-difference learning, where the reward
// of a whole stack is shared by its decisions (Widrow and Hoff; Sutton, https://doi.org/10.1007/BF00115009).
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { minorLine } from './minor-line.ts';

export class ValueTable {
  /** By package, by value: the number of its line among all, and of itself. */
  readonly #lines: readonly Int32Array[];
  readonly #lineValues: Float64Array;
  readonly #versionValues: readonly Float64Array[];
  readonly #rate: number;
  #middle = 0;
  #results = 0;

  /** @param rate the part of an error that is corrected, spread over the packages of the stack */
  constructor(space: StateSpace, rate: number) {
    let count = 0;
    this.#lines = space.candidates.map((candidates) => {
      const numbers = new Map<string, number>();
      return Int32Array.from(candidates, ({ version }) => {
        const line = minorLine(version);
        const number = numbers.get(line) ?? count++;
        numbers.set(line, number);
        return number;
      });
    });
    this.#lineValues = new Float64Array(count);
    this.#versionValues = space.candidates.map((candidates) => new Float64Array(candidates.length));
    this.#rate = rate;
  }

  /** @param packages those whose versions are decisions */
  learn(values: Int32Array, reward: number, packages: readonly number[]): void {
    this.#results += 1;
    this.#middle += (reward - this.#middle) / this.#results;
    const decided = packages.filter((packageIndex) => values[packageIndex] !== -1);
    const predicted = decided.reduce(
      (sum, packageIndex) => sum + this.valueOf(packageIndex, values[packageIndex] as number),
      this.#middle,
    );
    const step = (this.#rate * (reward - predicted)) / Math.max(1, decided.length) / 2;
    for (const packageIndex of decided) {
      const value = values[packageIndex] as number;
      const line = at(this.#lines, packageIndex)[value] as number;
      const versions = at(this.#versionValues, packageIndex);
      this.#lineValues[line] = (this.#lineValues[line] as number) + step;
      versions[value] = (versions[value] as number) + step;
    }
  }

  valueOf(packageIndex: number, value: number): number {
    const line = at(this.#lines, packageIndex)[value] as number;
    return (this.#lineValues[line] as number) + (at(this.#versionValues, packageIndex)[value] as number);
  }
}
