// Whose turn it is, where several share a stream: after every number of turns each has had its share to within one. A member
// that has run dry is left out, and the others go on in their proportions.

export class Turns {
  readonly #shares: readonly number[];
  readonly #isDry: boolean[];
  /** Turns since a member was last left out. */
  #had: number[];

  /** @param shares positive */
  constructor(shares: readonly number[]) {
    this.#shares = shares;
    this.#isDry = shares.map(() => false);
    this.#had = shares.map(() => 0);
  }

  /** The member that is furthest behind its share, the first of equals; null when all are dry. */
  get next(): number | null {
    const open = this.#shares.map((share, member) => (this.#isDry[member] === true ? 0 : share));
    const total = open.reduce((sum, share) => sum + share, 0);
    const turn = this.#had.reduce((sum, had) => sum + had, 1);
    let chosen: number | null = null;
    let most = -Infinity;
    open.forEach((share, member) => {
      const behind = (share / total) * turn - (this.#had[member] ?? 0);
      if (share > 0 && behind > most + 1e-9) {
        chosen = member;
        most = behind;
      }
    });
    return chosen;
  }

  take(member: number): void {
    this.#had[member] = (this.#had[member] ?? 0) + 1;
  }

  leaveOut(member: number): void {
    this.#isDry[member] = true;
    this.#had = this.#had.map(() => 0);
  }
}
