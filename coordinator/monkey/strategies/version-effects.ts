// What is believed about the effect of a package's version before anything is measured: versions near each other behave
// alike, those of one minor line more so, and each has something of its own. A package that is left out is a case apart.
// Gaussian, with variance 1 a package: a process that forgets along the order of versions (Ornstein and Uhlenbeck), an
// effect of the line and an effect of the version.
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { minorLine } from './minor-line.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const NEARNESS = 0.5;
const LINE = 0.25;
const VERSION = 0.25;
/** Steps along the versions over which nearness falls to 1/e: this part of them. */
const REACH = 1 / 5;

export class VersionEffects {
  readonly packageIndex: number;
  /** Number of values. */
  readonly size: number;
  /** By value: the number of its minor line. */
  readonly #lines: Int32Array;
  readonly #lineCount: number;
  /** Nearness of neighbours. */
  readonly #near: number;
  /** By distance. */
  readonly #nearness: Float64Array;

  constructor(packageIndex: number, lines: readonly string[]) {
    const numbers = new Map<string, number>();
    lines.forEach((line) => numbers.set(line, numbers.get(line) ?? numbers.size));
    this.packageIndex = packageIndex;
    this.size = lines.length;
    this.#lines = Int32Array.from(lines, (line) => numbers.get(line) ?? 0);
    this.#lineCount = numbers.size;
    this.#near = Math.exp(-1 / Math.max(1, lines.length * REACH));
    this.#nearness = new Float64Array(lines.length);
    for (let distance = 0, near = NEARNESS; distance < lines.length; distance++, near *= this.#near) {
      this.#nearness[distance] = near;
    }
  }

  /** The covariance of the effects of two values; -1 stands for a stack without the package. */
  covariance(a: number, b: number): number {
    if (a === b) {
      return 1;
    }
    if (a === -1 || b === -1) {
      return 0;
    }
    return (this.#nearness[Math.abs(a - b)] as number) + (this.#lines[a] === this.#lines[b] ? LINE : 0);
  }

  /** The number of the minor line of a value. */
  lineOf(value: number): number {
    return this.#lines[value] as number;
  }

  /** Effects drawn from the belief: by value, and behind them that of leaving the package out. */
  draw(normal: () => number): Float64Array {
    const lines = Float64Array.from({ length: this.#lineCount }, () => normal() * Math.sqrt(LINE));
    const effects = new Float64Array(this.size + 1);
    const fresh = Math.sqrt(NEARNESS * (1 - this.#near * this.#near));
    let near = normal() * Math.sqrt(NEARNESS);
    for (let value = 0; value < this.size; value++) {
      near = value === 0 ? near : near * this.#near + normal() * fresh;
      effects[value] = near + (lines[this.#lines[value] as number] as number) + normal() * Math.sqrt(VERSION);
    }
    effects[this.size] = normal();
    return effects;
  }

  /** Adds to each effect the sum of the pulls, each by its covariance. Both by value, and behind them that of leaving out. */
  addPulled(effects: Float64Array, pulls: Float64Array): void {
    const lines = new Float64Array(this.#lineCount);
    for (let value = 0, before = 0; value < this.size; value++) {
      const pull = pulls[value] as number;
      const line = this.#lines[value] as number;
      lines[line] = (lines[line] as number) + pull;
      effects[value] = (effects[value] as number) + NEARNESS * (before + pull) + VERSION * pull;
      before = (before + pull) * this.#near;
    }
    for (let value = this.size - 1, after = 0; value >= 0; value--) {
      const line = lines[this.#lines[value] as number] as number;
      effects[value] = (effects[value] as number) + NEARNESS * after + LINE * line;
      after = (after + (pulls[value] as number)) * this.#near;
    }
    effects[this.size] = (effects[this.size] as number) + (pulls[this.size] as number);
  }
}

/** One for each real package in which stacks differ. */
export function versionEffects(space: StateSpace, diagram: Diagram): readonly VersionEffects[] {
  return marginals(diagram).flatMap((counts, packageIndex) => {
    const present = [...counts.values()].reduce((sum, count) => sum + count, 0n);
    const isFixed = counts.size === 0 || (counts.size === 1 && present === diagram.count);
    const lines = at(space.candidates, packageIndex).map(({ version }) => minorLine(version));
    return isFixed ? [] : [new VersionEffects(packageIndex, lines)];
  });
}
