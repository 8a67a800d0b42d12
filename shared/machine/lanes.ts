// The lane catalogue: names by which campaigns ask for hardware, each with what it requires of a machine. The
// coordinator decides who is in a lane, from the machine's facts; nobody assigns themselves.
import { cpuLevel } from './cpu-level.ts';
import { laneSpecificity } from './lane-specificity.ts';
import { readRequirement } from './read-requirement.ts';
import { meetsRequirement, type MachineRequirement } from './requirement.ts';
import { TroopError } from '../errors/troop-error.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Verdict } from './verdict.ts';

export interface LaneDefinition {
  /** See `isLaneName`. */
  readonly name: string;
  readonly requires: MachineRequirement;
}

const has = (capability: string): LaneDefinition => ({ name: capability, requires: { has: capability } });

/** The lanes that every fleet has; operators may add some. */
export const defaultLanes: readonly LaneDefinition[] = [
  { name: 'any', requires: { all: [] } },
  has('x86-64-v2'),
  has('x86-64-v3'),
  has('x86-64-v4'),
  has('avx2'),
  has('avx512f'),
  has('aarch64'),
  has('cuda'),
  { name: 'avx2+cuda', requires: { all: [{ has: 'avx2' }, { has: 'cuda' }] } },
];

const LANE_TOKEN = /^[a-z0-9][a-z0-9_-]*$/;
const MAXIMUM_NAME_LENGTH = 32;

/** Tokens of `a-z 0-9 _ -` joined with `+`, sorted, each once, at most 32 characters: it is part of broker subjects. */
export function isLaneName(name: string): boolean {
  const tokens = name.split('+');
  const sorted = [...new Set(tokens)].toSorted().join('+');
  return (
    name.length <= MAXIMUM_NAME_LENGTH && sorted === name && tokens.every((token) => LANE_TOKEN.test(token))
  );
}

/** The canonical form of what a person wrote: `CUDA+avx2` is `avx2+cuda`. Throws TROOP-1201 when there is none. */
export function normalizeLaneName(text: string): string {
  const tokens = text.trim().toLowerCase().split('+');
  const name = [...new Set(tokens)].toSorted().join('+');
  if (!isLaneName(name)) throw new TroopError('TROOP-1201', { lane: text });
  return name;
}

/** A lane that an operator wrote, as JSON. Throws TROOP-1201 for its name and TROOP-1202 for what it requires. */
export function parseLaneDefinition(value: unknown): LaneDefinition {
  const { name, requires } = (value ?? {}) as { name?: unknown; requires?: unknown };
  if (typeof name !== 'string') {
    throw new TroopError('TROOP-1201', { lane: JSON.stringify(name) ?? 'no name' });
  }
  const canonical = normalizeLaneName(name);
  const parsed = readRequirement(requires);
  if (!('requirement' in parsed)) {
    throw new TroopError('TROOP-1202', { lane: canonical, path: parsed.path, problem: parsed.problem });
  }
  return { name: canonical, requires: parsed.requirement };
}

/** Whether the machine is in the lane, and if not, why, in sentences. */
export function evaluateLane(lane: LaneDefinition, fingerprint: Fingerprint): Verdict {
  return meetsRequirement(lane.requires, fingerprint);
}

export interface LaneVerdict {
  readonly lane: string;
  readonly verdict: Verdict;
}

/** The verdict on every lane of the catalogue, most specific lane first. */
export function evaluateLanes(
  lanes: readonly LaneDefinition[],
  fingerprint: Fingerprint,
): readonly LaneVerdict[] {
  return lanes
    .toSorted(byMostSpecific)
    .map((lane) => ({ lane: lane.name, verdict: evaluateLane(lane, fingerprint) }));
}

/** Names of the lanes that the machine is in, most specific first: scarce machines take the work that only they can do. */
export function lanesOf(lanes: readonly LaneDefinition[], fingerprint: Fingerprint): readonly string[] {
  return evaluateLanes(lanes, fingerprint).flatMap(({ lane, verdict }) => (verdict.eligible ? [lane] : []));
}

/** Orders lanes, most specific first, then by name. */
export function byMostSpecific(left: LaneDefinition, right: LaneDefinition): number {
  const difference = laneSpecificity(right) - laneSpecificity(left);
  if (difference !== 0) return difference;
  return left.name < right.name ? -1 : Number(left.name > right.name);
}

/** The default lane of the machine's own level: `x86-64-v2` … `x86-64-v4`, `aarch64`, else `any`. */
export function ownLevelLane(fingerprint: Fingerprint): string {
  const { architecture, flags } = fingerprint.cpu;
  if (architecture === 'aarch64') return 'aarch64';
  const own = architecture === null || flags === null ? null : cpuLevel(architecture, flags);
  return defaultLanes.find((lane) => lane.name === own)?.name ?? 'any';
}
