// From a good and a bad stack to the package whose version makes the difference, and to the version: noisy binary search over
// all (package, version) at once. Each probe is a valid stack between the two that is bad under half of what is believed;
// answers may be wrong. Ends when one answer is believed to 95 %. Parameters: `good` and `bad`, pins of the two stacks, by
// default the oldest and the newest; `slowdown`, the ratio to the baseline above which a stack counts as bad (one that fails
// always does); `errorRate`, the share of answers that are expected to be wrong; `confidence`.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { bestStack } from '../diagram/best-stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import { marginals } from '../diagram/marginals.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import { CulpritBelief, type Difference } from './culprit-belief.ts';
import { learningStrategy, type Learner, type LearnerContext, type Observation } from './learning-stream.ts';
import { numberParameter, pinsParameter } from './parameters.ts';
import { pinnedStack } from './pinned-stack.ts';
import { tableCost } from './table-cost.ts';
import type { JsonValue } from './strategy.ts';

// These numbers are part of the stream: changing one changes what an old seed gives.
const DRAFTS = 16;
/** From an even chance; no better draft is looked for. */
const OPEN_ENOUGH = 0.05;
/** Costs of a repaired stack: a unit of probability, a package that good and bad share and that is changed. */
const BELIEF_COST = 1000;
const SHARED_COST = 10;
/** An answer that is as certain as this beforehand is not worth an inspection. */
const WORTH = 0.005;
const DEFAULT_SLOWDOWN = 1.1;

export const bisect = learningStrategy({
  name: 'bisect',
  description: 'from a good and a bad stack to the package and the version that make the difference',
  parameters: {
    good: { kind: 'pins' },
    bad: { kind: 'pins' },
    slowdown: { kind: 'number', minimum: 0.001, maximum: 1000 },
    errorRate: { kind: 'number', minimum: 0.001, maximum: 0.49 },
    confidence: { kind: 'number', minimum: 0.5, maximum: 0.9999 },
  },
  isOnlyOwn: true,
  makeLearner: (context) => new BisectLearner(context),
});

interface Probe {
  readonly values: Int32Array;
  /** Of the probability that it is bad from an even chance. */
  readonly distance: number;
}

class BisectLearner implements Learner {
  readonly #context: LearnerContext;
  readonly #good: Int32Array;
  readonly #belief: CulpritBelief;
  readonly #limit: number;
  readonly #confidence: number;

  constructor(context: LearnerContext) {
    const { space, diagram, options } = context;
    const { parameters } = options;
    this.#context = context;
    this.#good = pinnedStack(space, diagram, {
      strategy: 'bisect',
      parameter: 'good',
      pins: pinsParameter(parameters, 'good') ?? [],
      otherwise: 'oldest',
    });
    const bad = pinnedStack(space, diagram, {
      strategy: 'bisect',
      parameter: 'bad',
      pins: pinsParameter(parameters, 'bad') ?? [],
      otherwise: 'newest',
    });
    this.#belief = new CulpritBelief(
      differencesOf(space, diagram, this.#good, bad),
      numberParameter(parameters, 'errorRate', 0.1),
    );
    this.#limit = Math.log(numberParameter(parameters, 'slowdown', DEFAULT_SLOWDOWN));
    this.#confidence = numberParameter(parameters, 'confidence', 0.95);
    if (parameters?.['good'] !== undefined && this.#belief.differences.length === 0) {
      throw new TroopError('TROOP-1908', {
        strategy: 'bisect',
        parameter: 'good',
        reason: 'the good and the bad stack are the same',
      });
    }
  }

  observe(observations: readonly Observation[]): void {
    for (const { values, logRatio } of observations) {
      this.#belief.observe(values, logRatio === null || logRatio > this.#limit);
    }
  }

  next(values: Int32Array, random: Random): boolean {
    if (this.#belief.best.probability >= this.#confidence) {
      return false;
    }
    const probe = this.#bestProbe(random);
    if (probe === null) {
      return this.#context.given.drawFromRest(values);
    }
    values.set(probe.values);
    return probe.distance < 0.5 - WORTH || this.#belief.answers === 0;
  }

  get finding(): JsonValue | undefined {
    const { differences, best } = this.#belief;
    if (differences.length === 0) {
      return undefined;
    }
    const { space } = this.#context;
    const { packageIndex: culprit, lastGood, firstBad } = best;
    const suspects = differences
      .map(({ packageIndex }) => ({
        package: at(space.model.packages, packageIndex).name,
        probability: this.#belief.probabilityOf(packageIndex),
      }))
      .toSorted((a, b) => b.probability - a.probability)
      .slice(0, 5);
    return {
      kind: 'culprit',
      package: at(space.model.packages, culprit).name,
      lastGood: buildAt(space, culprit, lastGood, firstBad),
      firstBad: buildAt(space, culprit, firstBad, lastGood),
      probability: best.probability,
      isDecided: best.probability >= this.#confidence,
      answers: this.#belief.answers,
      suspects,
    };
  }

  /** Of some drafts the new one whose answer is the most open; null when every draft was given before. */
  #bestProbe(random: Random): Probe | null {
    let best: Probe | null = null;
    for (let draft = 0; draft < DRAFTS && (best?.distance ?? 1) > OPEN_ENOUGH; draft++) {
      const values = this.#draft(random, draft);
      const distance = values === null ? Infinity : Math.abs(this.#belief.badness(values) - 0.5);
      const isNew = values !== null && !this.#context.given.has(values);
      if (values !== null && isNew && distance < (best?.distance ?? Infinity)) {
        best = { values, distance };
      }
    }
    return best;
  }

  /**
   * A valid stack near one that is bad under half of what is believed: packages in random order are taken from the bad side
   * until half is reached. Later drafts vary more of what does not matter, so that the same question can be asked of stacks
   * that were not given.
   */
  #draft(random: Random, draft: number): Int32Array | null {
    const wanted = this.#good.slice();
    let badness = 0;
    for (const difference of random.shuffled(this.#belief.differences)) {
      const place = this.#belief.placeWithin(difference, 0.5 - badness, random.nextFloat());
      wanted[difference.packageIndex] = at(difference.values, place);
      badness += this.#belief.badnessAt(difference, place);
    }
    const shaken = draft < DRAFTS / 2 ? -1 : random.nextBelow(wanted.length);
    return bestStack(this.#context.diagram, tableCost(this.#costsOf(wanted, shaken)))?.values ?? null;
  }

  /** Changes of belief cost the most, then packages that both stacks share, then steps. `shaken` is a package to be changed. */
  #costsOf(wanted: Int32Array, shaken: number): readonly Float64Array[] {
    const differenceOf = new Map(this.#belief.differences.map((each) => [each.packageIndex, each]));
    return this.#context.space.candidates.map((candidates, packageIndex) => {
      const target = wanted[packageIndex] as number;
      const difference = differenceOf.get(packageIndex);
      return Float64Array.from(candidates, (_, value) => {
        const steps = value === target ? 0 : 1 + 1e-3 * Math.abs(value - target);
        if (packageIndex === shaken) {
          return value === target ? SHARED_COST : steps;
        }
        if (difference === undefined) {
          return SHARED_COST * steps;
        }
        const moved = this.#belief.badnessOf(difference, value) - this.#belief.badnessOf(difference, target);
        return BELIEF_COST * Math.abs(moved) + steps;
      });
    });
  }
}

/** Packages that differ, each with the values from the good one to the bad one that some stack has. */
function differencesOf(
  space: StateSpace,
  diagram: Diagram,
  good: Int32Array,
  bad: Int32Array,
): readonly Difference[] {
  const counts = marginals(diagram);
  return space.model.packages.flatMap(({ extra }, packageIndex) => {
    const from = good[packageIndex] as number;
    const to = bad[packageIndex] as number;
    if (extra !== null || from === to) {
      return [];
    }
    if (from === -1 || to === -1) {
      return [{ packageIndex, values: [from, to] }];
    }
    const between = [...at(counts, packageIndex).keys()]
      .filter((value) => value >= Math.min(from, to) && value <= Math.max(from, to))
      .toSorted((a, b) => (from < to ? a - b : b - a));
    return [{ packageIndex, values: between }];
  });
}

/** The version, with what else tells it from another candidate: project, variant, index. Null for none. */
function buildAt(space: StateSpace, packageIndex: number, value: number, other: number): string | null {
  const { [value]: own, [other]: beside } = at(space.candidates, packageIndex);
  if (own === undefined) {
    return null;
  }
  return [
    ...(own.name === at(space.model.packages, packageIndex).name ? [] : [own.name]),
    own.version.text,
    ...(own.variant === (beside ?? own).variant ? [] : [own.variant ?? 'plain']),
    ...(own.index === (beside ?? own).index ? [] : [`of ${own.index}`]),
  ].join(' ');
}
