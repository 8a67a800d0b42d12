// One random walk after the other through a space that is not compiled: each decides one package after the other, in the order
// of the diagram, by a proposal, with propagation after each choice. The order of packages depends on the stack alone, so one
// way leads to each stack, and the product of the probabilities along it is the probability of the stack.
import type { Random } from '../../../shared/runtime/random.ts';
import { runningTotals } from '../flat-model.ts';
import { Propagation } from '../propagate.ts';
import { at } from '../space/at.ts';
import { addTo, emptySet, membersOf } from '../space/bit-set.ts';
import type { StateSpace } from '../space/state-space.ts';
import { completions, memberCounts } from './completions.ts';
import { FirstSteps } from './first-steps.ts';
import { Nogoods, type Choice } from './nogoods.ts';
import { Proposal } from './proposal.ts';
import { walkModel, type WalkModel } from './walk-model.ts';
import { Weighings } from './weighings.ts';

export class Walker {
  /** False when there is certainly no stack. */
  isOpen: boolean;
  readonly #walk: WalkModel;
  readonly #propagation: Propagation;
  /** A walk follows one of them, drawn at its beginning; its probability is the mean over all. */
  readonly #proposals: readonly Proposal[];
  readonly #nogoods = new Nogoods();
  readonly #start: number;
  /** Real packages in the order of decisions. */
  readonly #order: Int32Array;
  readonly #weighings: Weighings;
  readonly #steps: FirstSteps;
  /** By row of a class (one more at the end): where its members begin; the logarithm of their number. */
  readonly #membersFrom: Int32Array;
  readonly #members: Int32Array;
  readonly #logMembers: Float64Array;
  readonly #logs: Float64Array;
  /** Places of the order before which all is decided. */
  #settled = 0;
  /** Of the last walk: the packages that it decided, one after the other, and the classes that it chose. */
  readonly #decided: Int32Array;
  readonly #chosen: Int32Array;
  #choices = 0;
  readonly #isChosen = ({ packageIndex, value }: Choice): boolean =>
    this.#propagation.isDecided(packageIndex) && this.#propagation.has(packageIndex, value);

  constructor(space: StateSpace) {
    this.#walk = walkModel(space);
    const { model } = this.#walk;
    this.#propagation = new Propagation(model);
    this.isOpen = space.conflict === null && this.#propagation.start(model.roots);
    this.#start = this.#propagation.mark();
    this.#proposals = this.#allCounts().map((counts) => new Proposal(this.#walk, this.#propagation, counts));
    this.#order = Int32Array.from(this.#walk.order);
    this.#decided = new Int32Array(this.#order.length);
    this.#chosen = new Int32Array(this.#order.length);
    this.#steps = new FirstSteps(this.#propagation);
    this.#weighings = new Weighings(this.#walk, this.#propagation, this.#proposals);
    const classes = this.#walk.members.flat();
    this.#membersFrom = runningTotals(classes.map(({ length }) => length));
    this.#members = Int32Array.from(classes.flat());
    this.#logMembers = Float64Array.from(classes, ({ length }) => Math.log(length));
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
    this.#settled = 0;
    this.#steps.begin();
    this.#choices = 0;
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
    const choices = Array.from(this.#decided.subarray(0, this.#choices), (packageIndex, index) => ({
      packageIndex,
      value: this.#chosen[index] as number,
    }));
    let kept: readonly Choice[] = choices;
    for (const choice of choices) {
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
    return membersOf(this.#propagation.domainOf(packageIndex)).some((value) => !banned.includes(value));
  }

  #nextPackage(): number {
    const order = this.#order;
    while (this.#settled < order.length && this.#propagation.isDecided(order[this.#settled] as number)) {
      this.#settled += 1;
    }
    return this.#propagation.firstOpen(order, this.#settled);
  }

  #decide(packageIndex: number, followed: number, random: Random): boolean {
    const banned = this.#nogoods.banned(packageIndex, this.#isChosen);
    this.#weighings.weigh(packageIndex, banned);
    const { numbers, from } = this.#weighings;
    const step = this.#weighings.step(packageIndex);
    const first = from + followed * step + 1;
    const end = first + this.#propagation.count(packageIndex);
    let wanted = random.nextFloat() * (numbers[first - 1] as number);
    let place = -1;
    for (let index = first; index < end && (place === -1 || wanted >= 0); index++) {
      const weight = numbers[index] as number;
      // Rounding may leave a little at the end: the last class that has any weight takes it.
      place = weight > 0 ? index : place;
      wanted -= weight;
    }
    if (place === -1) {
      return false;
    }
    const position = place - first;
    for (let index = 0; index < this.#logs.length; index++) {
      const sum = from + index * step;
      const share = (numbers[sum + 1 + position] as number) / (numbers[sum] as number);
      this.#logs[index] = (this.#logs[index] as number) + Math.log(share);
    }
    const value = this.#propagation.valueAt(packageIndex, position);
    this.#decided[this.#choices] = packageIndex;
    this.#chosen[this.#choices] = value;
    this.#choices += 1;
    return this.#steps.take(packageIndex, value);
  }

  /** Natural logarithm of the mean of the probabilities under the proposals. */
  #logMean(): number {
    const highest = this.#logs.reduce((most, log) => Math.max(most, log), -Infinity);
    const sum = this.#logs.reduce((total, log) => total + Math.exp(log - highest), 0);
    return highest + Math.log(sum / this.#logs.length);
  }

  /** Draws a member of each chosen class; gives the logarithm of the number of ways to do so. */
  #read(random: Random, values: Int32Array): number {
    const { firstValue } = this.#propagation.flat;
    values.fill(-1);
    let logWays = 0;
    for (let place = 0; place < this.#order.length; place++) {
      const packageIndex = this.#order[place] as number;
      if (this.#propagation.isRequired(packageIndex)) {
        const row = (firstValue[packageIndex] as number) + this.#propagation.valueAt(packageIndex, 0);
        const from = this.#membersFrom[row] as number;
        const alike = (this.#membersFrom[row + 1] as number) - from;
        const value = this.#members[alike === 1 ? from : from + random.nextBelow(alike)] as number;
        logWays += this.#logMembers[row] as number;
        values[packageIndex] = value;
        this.#setExtras(packageIndex, value, values);
      }
    }
    return logWays;
  }

  #setExtras(packageIndex: number, value: number, values: Int32Array): void {
    const extras = at(this.#walk.extras, packageIndex);
    for (let index = 0; index < extras.length; index++) {
      const virtual = extras[index] as number;
      values[virtual] = this.#propagation.isRequired(virtual) ? value : -1;
    }
  }
}
