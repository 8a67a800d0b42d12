// The stacks of `coverage` where the space is compiled: draws that prefer what is not covered, the best of k of them, and
// draws from a conditioned part of the space for the tail.
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { conditioned } from '../diagram/condition.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { StackNumbering } from '../diagram/numbering.ts';
import { reachablePairs } from '../diagram/reachable-pairs.ts';
import { UniformSampler } from '../diagram/uniform-sampler.ts';
import { WeightedSampler } from '../diagram/weighted-sampler.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { CoverageLedger, isMore, type Gain } from './coverage-ledger.ts';
import type { ValueSource } from './emitted-stream.ts';
import { stackHash } from './stack-hash.ts';
import type { Coverage } from './strategy.ts';
import type { VersionGroups } from './version-groups.ts';

export interface CoveragePlan {
  readonly space: StateSpace;
  readonly groups: VersionGroups;
  readonly seed: string;
  /** Stacks that are drawn for one that is given. */
  readonly draws: number;
}

interface Sampler {
  draw(random: Random, values: Int32Array): void;
}

// Part of the stream: changing one changes what an old seed gives.
const STACKS_BETWEEN_WEIGHTS = 8;
const WEIGHT_OF_COVERED = 1 / 16;

export class BestOfDraws implements ValueSource {
  readonly #plan: CoveragePlan;
  readonly #diagram: Diagram;
  readonly #ledger: CoverageLedger;
  readonly #random: Random;
  readonly #uniform: UniformSampler | null;
  readonly #seen = new Set<number>();
  readonly #trial: Int32Array;
  readonly #best: Int32Array;
  #weighted: WeightedSampler | null = null;
  #stacksOfRound = 0;
  /** What the first round came to; null while it lasts. */
  #complete: Coverage | null = null;
  #numbering: StackNumbering | null = null;
  #nextNumber = 0n;

  constructor(plan: CoveragePlan, diagram: Diagram) {
    const { space, groups, seed } = plan;
    this.#plan = plan;
    this.#diagram = diagram;
    this.#random = seededRandom(seed);
    this.#uniform = diagram.count === 0n ? null : new UniformSampler(diagram);
    const pairs = reachablePairs(
      diagram,
      groups.count,
      (packageIndex, value) => at(groups.groupOf, packageIndex)[value] as number,
    );
    this.#ledger = new CoverageLedger(space, groups, pairs);
    marginals(diagram).forEach((counts, packageIndex) => {
      for (const value of counts.keys()) this.#ledger.markReachable(packageIndex, value);
    });
    this.#trial = new Int32Array(diagram.packageCount);
    this.#best = new Int32Array(diagram.packageCount);
  }

  get coverage(): Coverage {
    return (
      this.#complete ?? { versions: this.#ledger.versions, pairs: this.#ledger.pairs, isEstimate: false }
    );
  }

  next(): Int32Array | null {
    if (this.#uniform === null || BigInt(this.#seen.size) >= this.#diagram.count) {
      return null;
    }
    const isFound = this.#numbering === null && (this.#fromDraws(this.#uniform) || this.#fromTail());
    if (!isFound) {
      this.#sweep();
    }
    this.#seen.add(stackHash(this.#best));
    this.#ledger.cover(this.#best);
    this.#stacksOfRound += 1;
    return this.#best;
  }

  /** The best of k draws, unless it covers nothing that is missing now. */
  #fromDraws(uniform: UniformSampler): boolean {
    const isForVersions = this.#ledger.openVersion() !== null;
    if (isForVersions && (this.#weighted === null || this.#stacksOfRound % STACKS_BETWEEN_WEIGHTS === 0)) {
      this.#weighted = new WeightedSampler(this.#diagram, (packageIndex, value) =>
        this.#ledger.isCovered(packageIndex, value) ? WEIGHT_OF_COVERED : 1,
      );
    }
    // Preferred versions alone would draw small stacks, which have few pairs: every other draw is uniform.
    const gain = this.#bestOf(
      isForVersions && this.#weighted !== null ? [this.#weighted, uniform] : [uniform],
    );
    return gain !== null && (isForVersions ? gain.versions > 0 : gain.pairs > 0);
  }

  /** A stack that has the first thing that is missing; in a new round when nothing is. False when no round brings any. */
  #fromTail(): boolean {
    for (;;) {
      const version = this.#ledger.openVersion();
      const pair = version === null ? this.#ledger.openPair() : null;
      if (version !== null) {
        const { packageIndex, value } = version;
        if (this.#bestWith([{ packageIndex, has: (one) => one === value }])) return true;
        this.#ledger.giveUpVersion(packageIndex, value);
      } else if (pair !== null) {
        if (this.#bestWith(pair.map((group) => this.#inGroup(group)))) return true;
        this.#ledger.giveUpPair(...pair);
      } else if (!this.#beginRound()) {
        return false;
      }
    }
  }

  #inGroup(group: number): Demand {
    const packageIndex = at(this.#plan.groups.packageOf, group);
    const groups = at(this.#plan.groups.groupOf, packageIndex);
    return { packageIndex, has: (value) => groups[value] === group };
  }

  #beginRound(): boolean {
    this.#complete ??= this.coverage;
    this.#ledger.clear();
    this.#weighted = null;
    const isWorthIt = this.#stacksOfRound > 0;
    this.#stacksOfRound = 0;
    return isWorthIt;
  }

  #bestWith(demands: readonly Demand[]): boolean {
    const part = conditioned(this.#diagram, {
      isAllowed: (packageIndex, value) =>
        demands.every((demand) => demand.packageIndex !== packageIndex || demand.has(value)),
      mustHave: demands.map(({ packageIndex }) => packageIndex),
    });
    return part.count > 0n && this.#bestOf([new UniformSampler(part)]) !== null;
  }

  /** Of k draws, by the samplers in turn, the stack that was not given yet and covers most; null when all were given. */
  #bestOf(samplers: readonly Sampler[]): Gain | null {
    let best: Gain | null = null;
    for (let index = 0; index < this.#plan.draws; index++) {
      at(samplers, index % samplers.length).draw(this.#random, this.#trial);
      const gain = this.#ledger.gainOf(this.#trial);
      if ((best === null || isMore(gain, best)) && !this.#seen.has(stackHash(this.#trial))) {
        best = gain;
        this.#best.set(this.#trial);
      }
    }
    return best;
  }

  /** What draws do not find any more is given in the order of the numbers. */
  #sweep(): void {
    this.#numbering ??= new StackNumbering(this.#diagram);
    do {
      this.#numbering.unrank(this.#nextNumber, this.#best);
      this.#nextNumber += 1n;
    } while (this.#seen.has(stackHash(this.#best)) && this.#nextNumber < this.#diagram.count);
  }
}

interface Demand {
  readonly packageIndex: number;
  readonly has: (value: number) => boolean;
}
