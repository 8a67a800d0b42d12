// How narrow a lane is. What always holds: when every machine of lane A is for certain in lane B too, then A is at
// least as specific as B, because A's closure of capabilities and limits contains B's.
import { findCapability } from './capabilities.ts';
import { compareDotted, findQuantity, inBaseUnit } from './quantities.ts';
import type { MachineRequirement } from './requirement.ts';

interface Closure {
  /** Every capability that a machine of the lane has for certain. */
  readonly capabilities: ReadonlySet<string>;
  /** Fact → the least that it is for certain; versions as one number. */
  readonly limits: ReadonlyMap<string, number>;
}

/** One for each capability and limit that is certain, and a fraction below one that grows with the limits. */
export function laneSpecificity(lane: { readonly requires: MachineRequirement }): number {
  const { capabilities, limits } = closureOf(lane.requires);
  const size = [...limits.values()].reduce((sum, value) => sum + Math.log2(1 + value), 0);
  return capabilities.size + limits.size + size / (1 + size);
}

function closureOf(requirement: MachineRequirement): Closure {
  if ('all' in requirement) return requirement.all.map(closureOf).reduce(both, NOTHING);
  if ('any' in requirement) {
    const [first, ...others] = requirement.any.map(closureOf);
    return others.reduce(either, first ?? NOTHING);
  }
  if ('has' in requirement) {
    const implied = findCapability(requirement.has)?.implies ?? [];
    return { capabilities: new Set([requirement.has, ...implied]), limits: new Map() };
  }
  const { atLeast } = requirement;
  const value = 'version' in atLeast ? versionNumber(atLeast.version) : amount(atLeast);
  return { capabilities: new Set(), limits: new Map([[atLeast.fact, value]]) };
}

const NOTHING: Closure = { capabilities: new Set(), limits: new Map() };

const both = (left: Closure, right: Closure): Closure => ({
  capabilities: new Set([...left.capabilities, ...right.capabilities]),
  limits: new Map(
    [...new Set([...left.limits.keys(), ...right.limits.keys()])].map((fact) => [
      fact,
      Math.max(left.limits.get(fact) ?? 0, right.limits.get(fact) ?? 0),
    ]),
  ),
});

const either = (left: Closure, right: Closure): Closure => ({
  capabilities: new Set([...left.capabilities].filter((name) => right.capabilities.has(name))),
  limits: new Map(
    [...left.limits].flatMap(([fact, value]) => {
      const other = right.limits.get(fact);
      return other === undefined ? [] : [[fact, Math.min(value, other)] as const];
    }),
  ),
});

const amount = (limit: { fact: string; value: number; unit?: string }): number => {
  const kind = findQuantity(limit.fact)?.kind ?? 'count';
  return inBaseUnit(kind, limit.value, limit.unit ?? '1') ?? 0;
};

/** Grows as `compareDotted` does for parts below 1000. */
const versionNumber = (version: string): number =>
  compareDotted(version, '0') === 0
    ? 0
    : version.split('.').reduce((sum, part, index) => sum + Number(part) / 1000 ** index, 0);
