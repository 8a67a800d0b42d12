// A made-up regression: of two stacks one is bad, for one change of one package. Answers are wrong now and then.
import { UniformSampler } from '../../../coordinator/monkey/diagram/uniform-sampler.ts';
import type { Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { marginals } from '../../../coordinator/monkey/diagram/marginals.ts';
import { at } from '../../../coordinator/monkey/space/at.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { stackOf } from '../../../coordinator/monkey/stack-of.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { seededRandom, type Random } from '../../../shared/runtime/random.ts';
import { compareVersions, parseVersion } from '../../../shared/stack/version.ts';
import type { Stack } from '../../../shared/stack/stack.ts';

export interface CulpritOutcome {
  readonly isPackageFound: boolean;
  readonly isVersionFound: boolean;
  readonly isDecided: boolean;
  readonly probes: number;
}

export interface CulpritOptions {
  readonly seed: string;
  readonly errorRate: number;
  /** Probes at most. */
  readonly limit: number;
  /** Stacks given before the answer to one is known. */
  readonly delay: number;
}

interface Regression {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly name: string;
  readonly firstBad: string;
  isBad(stack: Stack): boolean;
}

/** Has `bisect` look for a culprit chosen at random between two random stacks. Null when these do not differ. */
export function bisectCulprit(
  space: StateSpace,
  diagram: Diagram,
  { seed, errorRate, limit, delay }: CulpritOptions,
): CulpritOutcome | null {
  const random = seededRandom(`culprit/${seed}`);
  const regression = randomRegression(space, diagram, random);
  if (regression === null) return null;
  const { good, bad, name, firstBad } = regression;
  const parameters = { good, bad, errorRate: Math.max(errorRate, 0.01) };
  const stream = strategyNamed('bisect').open(space, { seed, diagram, parameters });
  const given: Stack[] = [];
  const answerUpTo = (end: number, from: number): void => {
    given.slice(from, end).forEach((probe, index) => {
      const isWrong = random.nextFloat() < errorRate;
      const slow = random.nextBelow(2) === 0 ? null : 0.5;
      const logRatio = regression.isBad(probe) === isWrong ? 0 : slow;
      stream.learn?.([{ position: from + index, logRatio }]);
    });
  };
  for (let told = 0; given.length < limit;) {
    const stack = stream.next();
    if (stack === null && told === given.length) break;
    if (stack !== null) given.push(stack);
    const end = Math.max(told, given.length - (stack === null ? 0 : delay));
    answerUpTo(end, told);
    told = end;
  }
  const finding = stream.finding as { package: string; firstBad: string; isDecided: boolean };
  const isPackageFound = finding.package === name;
  return {
    isPackageFound,
    isVersionFound: isPackageFound && finding.firstBad === firstBad,
    isDecided: finding.isDecided,
    probes: given.length,
  };
}

function randomRegression(space: StateSpace, diagram: Diagram, random: Random): Regression | null {
  const [good, bad] = [randomStack(diagram, random), randomStack(diagram, random)];
  const different = space.model.packages.flatMap(({ extra }, index) =>
    extra === null && good[index] !== -1 && bad[index] !== -1 && good[index] !== bad[index] ? [index] : [],
  );
  const culprit = random.shuffled(different)[0];
  if (culprit === undefined) return null;
  const [from = 0, to = 0] = [good[culprit], bad[culprit]];
  const steps = [...(marginals(diagram)[culprit]?.keys() ?? [])]
    .filter((value) => value >= Math.min(from, to) && value <= Math.max(from, to) && value !== from)
    .toSorted((a, b) => (from < to ? a - b : b - a));
  const { name } = at(space.model.packages, culprit);
  const { version } = at(at(space.candidates, culprit), at(steps, random.nextBelow(steps.length)));
  const pins = (values: Int32Array): string[] =>
    stackOf(space, values).packages.map((item) => `${item.name}==${item.version}`);
  return {
    good: pins(good),
    bad: pins(bad),
    name,
    firstBad: version.text,
    isBad: ({ packages }) => {
      const own = packages.find((item) => item.name === name)?.version;
      const order = own === undefined ? null : compareVersions(parseVersion(own), version);
      return order !== null && (from < to ? order <= 0 : order >= 0);
    },
  };
}

function randomStack(diagram: Diagram, random: Random): Int32Array {
  const values = new Int32Array(diagram.packageCount);
  new UniformSampler(diagram).draw(random, values);
  return values;
}
