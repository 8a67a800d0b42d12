// What a strategy has found out, in a sentence for a report.

interface Culprit {
  readonly kind: 'culprit';
  readonly package: string;
  readonly lastGood: string | null;
  readonly firstBad: string | null;
  readonly probability: number;
  readonly isDecided: boolean;
  readonly answers: number;
}

interface BestRegion {
  readonly kind: 'best-region';
  readonly guarantee: {
    readonly fastestPart: number;
    readonly confidence: number;
    readonly draws: number;
  };
}

interface SlowVersion {
  readonly kind: 'slow-version';
  readonly package: string;
  readonly version: string;
  /** The ratio to other versions of the package. */
  readonly slowdown: number;
  readonly results: number;
}

export type Finding = Culprit | BestRegion | SlowVersion;

const percent = (part: number): string => `${Number((100 * part).toPrecision(3))} %`;

/** Null where there is nothing to tell yet. */
export function describeFinding(target: string, finding: Finding): string | null {
  if (finding.kind === 'culprit') {
    const { package: name, lastGood, firstBad, probability, isDecided, answers } = finding;
    const change = `${name} from ${lastGood ?? 'absent'} to ${firstBad ?? 'absent'}`;
    const verdict = isDecided ? 'is the culprit' : 'is the first suspect';
    return answers === 0
      ? null
      : `On ${target}, the change of ${change} ${verdict}: ${percent(probability)} after ${answers} answers.`;
  }
  if (finding.kind === 'slow-version') {
    const { package: name, version, slowdown, results } = finding;
    return (
      `On ${target}, ${name} ${version} makes stacks slow or fail: as if they took ${Number(slowdown.toPrecision(3))} times as long ` +
      `as with its other versions, after ${results} results.`
    );
  }
  const { fastestPart, confidence, draws } = finding.guarantee;
  return draws === 0
    ? null
    : `On ${target}, the fastest stack is among the fastest ${percent(fastestPart)} of all, with ${percent(confidence)} confidence: ` +
        `${draws} of the results are of uniform draws.`;
}
