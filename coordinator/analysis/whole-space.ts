// What a sample says about all valid stacks: how many of them are broken by themselves, and how good the fastest found is. Only
// stacks that were drawn with known probabilities speak, only decided ones count, and nothing is said without them.
import type { Cause, Outcome } from '../../shared/inspection/outcome.ts';
import { SIMPLE_RANDOM, type SampledFrom } from '../monkey/strategies/sampled-from.ts';
import {
  clopperPearson,
  fastestShare,
  ofFinitePopulation,
  ofWeightedDraws,
  type Proportion,
} from './proportion.ts';

export interface SampledInspection {
  readonly environmentId: string;
  readonly target: string;
  readonly lane: string;
  readonly role: 'baseline' | 'candidate';
  readonly stackId: string;
  /** Null while it is pending. */
  readonly outcome: Outcome | null;
  readonly cause: Cause | null;
  readonly sampling: SampledFrom | null;
}

/** Of one environment on one lane. Shares are between 0 and 1. */
export interface WholeSpace {
  readonly environmentId: string;
  readonly target: string;
  readonly lane: string;
  /** Whose sample it is. */
  readonly strategy: string;
  readonly method: 'hypergeometric' | 'clopper-pearson' | 'hajek';
  /** Decimal logarithm of the number of valid stacks, where it is known. */
  readonly log10Stacks: number | null;
  /** Valid stacks that serve as baselines, and so are never drawn: of those nothing is said. */
  readonly baselines: number;
  /** Stacks of the sample that succeeded or broke by their own fault. */
  readonly decided: number;
  readonly pending: number;
  /** Ended by somebody else's fault: they say nothing about stacks. */
  readonly spoiled: number;
  readonly broken: number;
  readonly brokenShare: Proportion;
  /** The fastest stack of the sample is among so large a share of the fastest, with 95 % confidence; null where that says little. */
  readonly fastestShare: number | null;
}

/** Strategies whose probabilities are those of draws that do not depend on results. */
const FAIR_DRAWS: readonly string[] = [SIMPLE_RANDOM, 'stratified', 'weighted'];
/** Populations up to here are taken as what they are, finite. */
const MAX_FINITE = 10_000;
/** Beyond, "among the fastest" says nothing. */
const MAX_SHARE = 0.5;

/** `isBaselineOfSpace`: baselines are valid stacks too, not what somebody brought. */
export function wholeSpaces(
  inspections: readonly SampledInspection[],
  { isBaselineOfSpace = false }: { readonly isBaselineOfSpace?: boolean | undefined } = {},
): readonly WholeSpace[] {
  const apart = isBaselineOfSpace ? neverDrawn(inspections) : new Map<string, ReadonlySet<string>>();
  const places = new Map<string, SampledInspection[]>();
  for (const row of inspections) {
    const key = `${row.environmentId}\n${row.lane}`;
    const rows = places.get(key);
    if (rows === undefined) places.set(key, [row]);
    else rows.push(row);
  }
  return [...places.values()].flatMap((rows) =>
    statementOf(
      rows.filter(({ role }) => role === 'candidate'),
      apart.get(rows[0]?.environmentId ?? '')?.size ?? 0,
    ),
  );
}

/** By environment the stacks that became baselines on some lane before they could be drawn: then no lane draws them. */
function neverDrawn(inspections: readonly SampledInspection[]): ReadonlyMap<string, ReadonlySet<string>> {
  const keyOf = ({ environmentId, stackId }: SampledInspection): string => `${environmentId}\n${stackId}`;
  const drawn = new Set(inspections.filter(({ role }) => role === 'candidate').map(keyOf));
  const apart = new Map<string, Set<string>>();
  for (const row of inspections) {
    if (row.role === 'candidate' || drawn.has(keyOf(row))) continue;
    apart.set(row.environmentId, (apart.get(row.environmentId) ?? new Set()).add(row.stackId));
  }
  return apart;
}

function statementOf(rows: readonly SampledInspection[], baselines: number): readonly WholeSpace[] {
  const samples = FAIR_DRAWS.map((strategy) => sampleOf(rows, strategy));
  // One sample speaks: the simple one where there is one, else the one that knows most.
  const simple = samples.find(({ isSimple, decided }) => isSimple && decided.length > 0);
  const others = samples.toSorted((a, b) => b.decided.length - a.decided.length);
  const sample = simple ?? others.find(({ decided }) => decided.length > 0);
  const [first] = rows;
  return sample === undefined || first === undefined ? [] : [describe(first, { ...sample, baselines })];
}

interface Drawn {
  readonly isBroken: boolean;
  readonly log10Probability: number;
}

interface Sample {
  readonly strategy: string;
  readonly isSimple: boolean;
  readonly log10Stacks: number | null;
  readonly decided: readonly Drawn[];
  readonly pending: number;
  readonly spoiled: number;
}

function sampleOf(rows: readonly SampledInspection[], strategy: string): Sample {
  const own = rows.filter(
    ({ sampling }) => sampling?.strategy === strategy && probabilityOf(sampling) !== null,
  );
  const isSimple = strategy === SIMPLE_RANDOM && own.every(({ sampling }) => sampling?.isEstimate === false);
  const draw = own[0]?.sampling?.log10DrawProbability ?? null;
  // What another strategy of the mix had given before belongs to a simple sample all the same.
  const repeated = new Set(isSimple ? own.flatMap(({ sampling }) => sampling?.repeated ?? []) : []);
  const sample = [...own, ...rows.filter((row) => repeated.has(row.stackId) && !own.includes(row))];
  const speaking = sample.filter(isSpeaking);
  return {
    strategy,
    isSimple,
    log10Stacks: isSimple && draw !== null ? 0 - draw : null,
    decided: speaking.map(({ outcome, sampling }) => ({
      isBroken: outcome !== 'succeeded',
      log10Probability: probabilityOf(sampling) ?? 0,
    })),
    pending: sample.filter(({ outcome }) => outcome === null).length,
    spoiled: sample.filter((row) => row.outcome !== null && !isSpeaking(row)).length,
  };
}

const probabilityOf = (sampling: SampledFrom | null): number | null =>
  sampling === null ? null : (sampling.log10InclusionProbability ?? sampling.log10DrawProbability);

const isSpeaking = ({ outcome, cause }: SampledInspection): boolean =>
  outcome === 'succeeded' || (outcome !== null && outcome !== 'cancelled' && cause === 'stack');

type PlacedSample = Sample & Pick<WholeSpace, 'baselines'>;

function describe({ environmentId, target, lane }: SampledInspection, sample: PlacedSample): WholeSpace {
  const { strategy, isSimple, log10Stacks, baselines, decided, pending, spoiled } = sample;
  const broken = decided.filter(({ isBroken }) => isBroken).length;
  const share = fastestShare(decided.length);
  const isAnyMeasured = broken < decided.length;
  return {
    environmentId,
    target,
    lane,
    strategy,
    log10Stacks,
    baselines,
    decided: decided.length,
    pending,
    spoiled,
    broken,
    ...brokenShareOf(sample, broken),
    fastestShare: isSimple && isAnyMeasured && share <= MAX_SHARE ? share : null,
  };
}

function brokenShareOf(
  { isSimple, log10Stacks, baselines, decided }: PlacedSample,
  broken: number,
): Pick<WholeSpace, 'method' | 'brokenShare'> {
  if (!isSimple) {
    const draws = decided.map(({ isBroken, log10Probability }) => ({
      has: isBroken,
      logWeight: 0 - log10Probability * Math.LN10,
    }));
    const { share, low, high } = ofWeightedDraws(draws);
    return { method: 'hajek', brokenShare: { share, low, high } };
  }
  const population = log10Stacks === null ? Infinity : Math.round(10 ** log10Stacks) - baselines;
  return population <= MAX_FINITE && population >= decided.length
    ? { method: 'hypergeometric', brokenShare: ofFinitePopulation(broken, decided.length, population) }
    : { method: 'clopper-pearson', brokenShare: clopperPearson(broken, decided.length) };
}
