// One random walk after the other through a space that is not compiled: each decides one package after the other, in the order
// of the diagram, by a proposal, with propagation after each choice. The order of packages depends on the stack alone, so one
// way leads to each stack, and the product of the probabilities along it is the probability of the stack.
import type { Random } from '../../../shared/runtime/random.ts';
import { Propagation } from '../propagate.ts';
import { at } from '../space/at.ts';
import { addTo, emptySet, lowestBit } from '../space/bit-set.ts';
import type { StateSpace } from '../space/state-space.ts';
import { completions, memberCounts } from './completions.ts';
import { Nogoods, type Choice } from './nogoods.ts';
import { Proposal } from './proposal.ts';
import { walkModel, type WalkModel } from './walk-model.ts';

export class Walker {
  /** False when there is certainly no stack. */
  isOpen: boolean;
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  /** A walk follows one of them, drawn at its beginning; its probability is the mean over all. */
  readonly #proposals: readonly Proposal[];
  readonly #nogoods = new Nogoods();
  readonly #start: number;
  /** Of the package that is decided: its remaining values, and by proposal the weights of these and their sum. */
  readonly #values: Int32Array;
  readonly #weights: readonly Float64Array[];
  readonly #sums: Float64Array;
  readonly #logs: Float64Array;
  readonly #choices: Choice[] = [];
  readonly #isChosen = ({ packageIndex, value }: Choice): boolean =>
    this.#propagation.isDecided(packageIndex) && this.#propagation.has(packageIndex, value);

  constructor(space: StateSpace) {
    this.#walk = walkModel(space);
    const { model } = this.#walk;
    this.#propagation = new Propagation(model);
    this.isOpen = space.conflict === null && this.#propagation.start(model.roots);
    this.#start = this.#propagation.mark();
    this.#proposals = this.#allCounts().map((counts) => new Proposal(this.#walk, this.#propagation, counts));
    const widest = Math.max(1, ...model.packages.map(({ size }) => size));
    this.#values = new Int32Array(widest);
    this.#weights = this.#proposals.map(() => new Float64Array(widest));
    this.#sums = new Float64Array(this.#proposals.length);
    this.#logs = new Float64Array(this.#proposals.length);
  }

  /** One look ahead tells enough where every stack has the same packages; where not, neither count is always the better one. */
  #allCounts(): readonly Float64Array[] {
    const members = memberCounts(this.#walk);
    const isDeep = this.isOpen && this.#walk.order.some((index) => !at(this.#walk.isRequired, index));
    return isDeep ? [completions(this.#walk, this.#propagation), members] : [members];
  }

  get nogoods(): number {
    return this.#nogoods.size;
  }

  /**
   * Writes the stack of one walk into the values of the space's model.
   * @returns natural logarithm of 1 by the probability of this stack in a walk; null when the walk came to a dead end
   */
  walk(random: Random, values: Int32Array): number | null {
    this.#propagation.undoTo(this.#start);
    this.#choices.length = 0;
    this.#logs.fill(0);
    const followed = this.#proposals.length === 1 ? 0 : random.nextBelow(this.#proposals.length);
    for (;;) {
      const next = this.#nextPackage();
      if (next === -1) {
        return this.#read(random, values) - this.#logMean();
      }
      if (!this.#decide(next, followed, random)) {
        return null;
      }
    }
  }

  /** Learns from the dead end of the last walk. False when that says nothing new. */
  learn(): boolean {
    let kept = [...this.#choices];
    for (const choice of this.#choices) {
      const without = kept.filter((each) => each !== choice);
      if (!this.#arePossible(without)) {
        kept = without;
      }
    }
    const isLearned = !this.#arePossible(kept) && this.#nogoods.add(kept);
    // What needs no choice to be impossible is so for every stack.
    this.isOpen &&= !(isLearned && kept.length === 0);
    return isLearned;
  }

  /** Whether a stack may have all of these, as far as propagation and what was learned before can tell. */
  #arePossible(choices: readonly Choice[]): boolean {
    this.#propagation.undoTo(this.#start);
    const isConsistent = choices.every(({ packageIndex, value }) => {
      const only = emptySet(at(this.#walk.model.packages, packageIndex).size);
      addTo(only, value);
      return this.#propagation.requireWithin(packageIndex, only);
    });
    return isConsistent && this.#walk.order.every((packageIndex) => this.#hasAllowed(packageIndex));
  }

  #hasAllowed(packageIndex: number): boolean {
    if (!this.#propagation.isRequired(packageIndex)) {
      return true;
    }
    const banned = this.#nogoods.banned(packageIndex, this.#isChosen);
    const count = this.#remaining(packageIndex);
    return this.#values.subarray(0, count).some((value) => !banned.includes(value));
  }

  #nextPackage(): number {
    for (const packageIndex of this.#walk.order) {
      if (this.#propagation.isRequired(packageIndex) && !this.#propagation.isDecided(packageIndex)) {
        return packageIndex;
      }
    }
    return -1;
  }

  #decide(packageIndex: number, followed: number, random: Random): boolean {
    const count = this.#remaining(packageIndex);
    this.#weigh(packageIndex, count);
    const weights = this.#weights[followed] as Float64Array;
    let wanted = random.nextFloat() * (this.#sums[followed] as number);
    let chosen = -1;
    for (let index = 0; index < count && (chosen === -1 || wanted >= 0); index++) {
      const weight = weights[index] as number;
      // Rounding may leave a little at the end: the last class that has any weight takes it.
      chosen = weight > 0 ? index : chosen;
      wanted -= weight;
    }
    if (chosen === -1) {
      return false;
    }
    this.#proposals.forEach((_, index) => {
      const weight = (this.#weights[index] as Float64Array)[chosen] as number;
      this.#logs[index] = (this.#logs[index] as number) + Math.log(weight / (this.#sums[index] as number));
    });
    const value = this.#values[chosen] as number;
    this.#choices.push({ packageIndex, value });
    return this.#propagation.assign(packageIndex, value);
  }

  /** Writes the remaining values of a package and gives their number. */
  #remaining(packageIndex: number): number {
    const { flat, domains } = this.#propagation;
    const from = flat.offsets[packageIndex] as number;
    const to = flat.offsets[packageIndex + 1] as number;
    let count = 0;
    for (let slot = from; slot < to; slot++) {
      for (let word = domains[slot] as number; word !== 0; word &= word - 1) {
        this.#values[count] = (slot - from) * 32 + lowestBit(word);
        count += 1;
      }
    }
    return count;
  }

  #weigh(packageIndex: number, count: number): void {
    const banned = this.#nogoods.banned(packageIndex, this.#isChosen);
    this.#proposals.forEach((proposal, index) => {
      proposal.beginChoice();
      const weights = this.#weights[index] as Float64Array;
      let sum = 0;
      for (let position = 0; position < count; position++) {
        const value = this.#values[position] as number;
        const isBanned = banned.length > 0 && banned.includes(value);
        const weight = isBanned ? 0 : proposal.weigh(packageIndex, value);
        weights[position] = weight;
        sum += weight;
      }
      this.#sums[index] = sum;
    });
  }

  /** Natural logarithm of the mean of the probabilities under the proposals. */
  #logMean(): number {
    const highest = this.#logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const sum = this.#logs.reduce((total, log) => total + Math.exp(log - highest), 0);
    return highest + Math.log(sum / this.#logs.length);
  }

  /** Draws a member of each chosen class; gives the logarithm of the number of ways to do so. */
  #read(random: Random, values: Int32Array): number {
    const { members, order } = this.#walk;
    values.fill(-1);
    let logWays = 0;
    for (const packageIndex of order) {
      if (this.#propagation.isRequired(packageIndex)) {
        const alike = at(at(members, packageIndex), this.#propagation.valueAt(packageIndex, 0));
        const value = at(alike, alike.length === 1 ? 0 : random.nextBelow(alike.length));
        logWays += Math.log(alike.length);
        values[packageIndex] = value;
        this.#setExtras(packageIndex, value, values);
      }
    }
    return logWays;
  }
  #setExtras(packageIndex: number, value: number, values: Int32Array): void {
    for (const virtual of at(this.#walk.extras, packageIndex)) {
      values[virtual] = this.#propagation.isRequired(virtual) ? value : -1;
    }
  }
}
