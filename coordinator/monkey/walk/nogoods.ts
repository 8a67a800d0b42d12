// Choices that no stack has together, learned from walks that came to a dead end. A walk that knows them does not make the
// last of such choices.

export interface Choice {
  readonly packageIndex: number;
  /** A class. */
  readonly value: number;
}

interface Ban {
  readonly value: number;
  /** The choices that rule it out together. */
  readonly others: readonly Choice[];
}

export class Nogoods {
  readonly #bansOf = new Map<number, Ban[]>();
  readonly #known = new Set<string>();

  get size(): number {
    return this.#known.size;
  }

  /** False when they were known. */
  add(choices: readonly Choice[]): boolean {
    const key = choices
      .map(({ packageIndex, value }) => `${packageIndex}=${value}`)
      .toSorted()
      .join(' ');
    if (this.#known.has(key)) {
      return false;
    }
    this.#known.add(key);
    for (const choice of choices) {
      const bans = this.#bansOf.get(choice.packageIndex) ?? [];
      this.#bansOf.set(choice.packageIndex, bans);
      bans.push({ value: choice.value, others: choices.filter((other) => other !== choice) });
    }
    return true;
  }

  /** Values of a package that what is chosen rules out; empty for most packages. */
  banned(packageIndex: number, isChosen: (choice: Choice) => boolean): readonly number[] {
    const bans = this.#bansOf.get(packageIndex);
    return bans === undefined
      ? NONE
      : bans.filter(({ others }) => others.every((other) => isChosen(other))).map(({ value }) => value);
  }
}

const NONE: readonly number[] = [];
