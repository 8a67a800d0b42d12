// What is believed about which change of which package makes stacks bad, when there is one: a stack is bad if its version of
// that package lies on the bad side of the change. Answers may be wrong, at a rate that is not known exactly and has a Beta
// distribution, so that many contradictions teach that answers mean less (in the manner of git-bayesect and of Henderson et
// al., Flake Aware Culprit Finding, ICST 2023).

export interface Difference {
  readonly packageIndex: number;
  /** From the good stack's value to the bad stack's, step by step; -1 stands for a stack without the package. */
  readonly values: readonly number[];
}

export interface Culprit {
  readonly packageIndex: number;
  /** Values on either side of the change. */
  readonly lastGood: number;
  readonly firstBad: number;
  readonly probability: number;
}

interface Hypothesis {
  readonly difference: Difference;
  /** The change is between this place of the difference's values and the one before it. */
  readonly place: number;
  wrongAnswers: number;
  logLikelihood: number;
}

/** How firmly the expected rate of wrong answers is held, in answers. */
const FIRMNESS = 20;

export class CulpritBelief {
  readonly differences: readonly Difference[];
  readonly #hypotheses: readonly Hypothesis[];
  readonly #expectedWrong: number;
  #answers = 0;
  /** By difference, by place: the probability that a stack with this value is bad for it. */
  #badness = new Map<number, readonly number[]>();
  #best: Culprit = { packageIndex: -1, lastGood: -1, firstBad: -1, probability: 0 };

  /** @param errorRate the expected share of wrong answers */
  constructor(differences: readonly Difference[], errorRate: number) {
    this.differences = differences;
    this.#expectedWrong = errorRate * FIRMNESS;
    this.#hypotheses = differences.flatMap((difference) =>
      difference.values.slice(1).map((_, index) => ({
        difference,
        place: index + 1,
        wrongAnswers: 0,
        // Every package is as likely before, and within it every change.
        logLikelihood: -Math.log(difference.values.length - 1),
      })),
    );
    this.#update();
  }

  get answers(): number {
    return this.#answers;
  }

  get best(): Culprit {
    return this.#best;
  }

  observe(values: Int32Array, isBad: boolean): void {
    for (const hypothesis of this.#hypotheses) {
      const { difference, place } = hypothesis;
      const isExpectedBad = placeOf(difference, values[difference.packageIndex] as number) >= place;
      const isWrong = isExpectedBad !== isBad;
      const wrong = (this.#expectedWrong + hypothesis.wrongAnswers) / (FIRMNESS + this.#answers);
      hypothesis.logLikelihood += Math.log(isWrong ? wrong : 1 - wrong);
      hypothesis.wrongAnswers += isWrong ? 1 : 0;
    }
    this.#answers += 1;
    this.#update();
  }

  /** The probability that a stack is bad. */
  badness(values: Int32Array): number {
    return this.differences.reduce(
      (sum, difference) => sum + this.badnessOf(difference, values[difference.packageIndex] as number),
      0,
    );
  }

  /** The part of that which a package with this value adds. */
  badnessOf(difference: Difference, value: number): number {
    return this.badnessAt(difference, placeOf(difference, value));
  }

  badnessAt({ packageIndex }: Difference, place: number): number {
    return this.#badness.get(packageIndex)?.[place] ?? 0;
  }

  probabilityOf(packageIndex: number): number {
    return this.#badness.get(packageIndex)?.at(-1) ?? 0;
  }

  /**
   * The place whose badness is nearest to what is asked for; of several with the same, one by the number.
   * @param choice in [0, 1)
   */
  placeWithin(difference: Difference, asked: number, choice: number): number {
    const badness = this.#badness.get(difference.packageIndex) ?? [];
    const least = badness.reduce((nearest, each) => Math.min(nearest, Math.abs(each - asked)), Infinity);
    const places = badness.flatMap((each, place) => (Math.abs(each - asked) <= least + 1e-9 ? [place] : []));
    return places[Math.floor(choice * places.length)] ?? 0;
  }

  #update(): void {
    const most = this.#hypotheses.reduce((high, each) => Math.max(high, each.logLikelihood), -Infinity);
    const weights = this.#hypotheses.map(({ logLikelihood }) => Math.exp(logLikelihood - most));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const badness = new Map(this.differences.map(({ packageIndex }) => [packageIndex, [0]]));
    this.#best = { ...this.#best, probability: 0 };
    this.#hypotheses.forEach(({ difference, place }, index) => {
      const { packageIndex, values } = difference;
      const probability = (weights[index] as number) / sum;
      const upTo = badness.get(packageIndex) as number[];
      upTo.push((upTo.at(-1) ?? 0) + probability);
      if (probability > this.#best.probability) {
        const [lastGood = -1, firstBad = -1] = values.slice(place - 1, place + 1);
        this.#best = { packageIndex, lastGood, firstBad, probability };
      }
    });
    this.#badness = badness;
  }
}

/** The place of a value along a difference; values beyond its ends belong to the end. */
function placeOf({ values }: Difference, value: number): number {
  const first = values[0] as number;
  const last = values.at(-1) as number;
  if (first === -1 || last === -1) {
    // Only whether the package is there makes the difference.
    return (value === -1) === (last === -1) ? 1 : 0;
  }
  if (value === -1) {
    return 0;
  }
  // The last place that the value has reached on the way.
  const isPast = (each: number): boolean => (first < last ? each <= value : each >= value);
  return Math.max(0, values.findLastIndex(isPast));
}
