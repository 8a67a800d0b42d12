// Takes in a requirement that a person wrote. Whatever is wrong is said with its place; depth and size are bounded,
// since it comes over the API.
import { findCapability } from './capabilities.ts';
import { findQuantity, unitsOf, type Quantity } from './quantities.ts';
import type { MachineRequirement } from './requirement.ts';

const MAXIMUM_DEPTH = 8;
const MAXIMUM_PARTS = 64;

/** A requirement from outside, or what is wrong with it and where (`requires.all[1].has`). */
export type ParsedRequirement =
  { readonly requirement: MachineRequirement } | { readonly path: string; readonly problem: string };

/** Reads a requirement that somebody wrote; never throws. */
export function readRequirement(value: unknown, path = 'requires', depth = 0): ParsedRequirement {
  if (depth > MAXIMUM_DEPTH) {
    return { path, problem: `is nested deeper than ${MAXIMUM_DEPTH}` };
  }
  const [[key, inner] = [], ...others] = isRecord(value) ? Object.entries(value) : [];
  const reader = key === undefined || others.length > 0 ? undefined : READERS.get(key);
  if (key === undefined || reader === undefined) {
    return { path, problem: 'must be an object with exactly one of all, any, has, atLeast' };
  }
  return reader(inner, `${path}.${key}`, depth);
}

type Reader = (value: unknown, path: string, depth: number) => ParsedRequirement;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['all', (value, path, depth) => readParts('all', value, path, depth)],
  ['any', (value, path, depth) => readParts('any', value, path, depth)],
  ['has', (value, path) => readHas(value, path)],
  ['atLeast', (value, path) => readAtLeast(value, path)],
]);

function readHas(value: unknown, path: string): ParsedRequirement {
  if (typeof value !== 'string' || findCapability(value) === null) {
    return { path, problem: `names no capability: ${JSON.stringify(value)}` };
  }
  return { requirement: { has: value } };
}

function readParts(key: 'all' | 'any', value: unknown, path: string, depth: number): ParsedRequirement {
  if (!Array.isArray(value)) return { path, problem: 'must be a list' };
  if (value.length > MAXIMUM_PARTS) return { path, problem: `has more than ${MAXIMUM_PARTS} parts` };
  if (key === 'any' && value.length === 0) {
    return { path, problem: 'is empty, so no machine could ever meet it' };
  }
  const parts: MachineRequirement[] = [];
  for (const [index, item] of value.entries()) {
    const part = readRequirement(item, `${path}[${index}]`, depth + 1);
    if (!('requirement' in part)) return part;
    parts.push(part.requirement);
  }
  return { requirement: key === 'all' ? { all: parts } : { any: parts } };
}

function readAtLeast(value: unknown, path: string): ParsedRequirement {
  const wrong = (problem: string): ParsedRequirement => ({ path, problem });
  if (!isRecord(value)) return wrong('must be an object with fact and value, or fact and version');
  const { fact, value: amount, unit, version, ...rest } = value;
  if (Object.keys(rest).length > 0) return wrong(`has the unknown key ${Object.keys(rest)[0] ?? ''}`);
  const quantity = typeof fact === 'string' ? findQuantity(fact) : null;
  if (quantity === null) return wrong(`names no fact that can be compared: ${JSON.stringify(fact)}`);
  if (quantity.kind === 'version') {
    if (typeof version !== 'string' || !/^[0-9]+(\.[0-9]+){0,3}$/.test(version)) {
      return wrong(`${quantity.name} needs "version" such as "12.4"`);
    }
    return { requirement: { atLeast: { fact: quantity.name, version } } };
  }
  return readAmount(quantity, amount, unit, path);
}

function readAmount(quantity: Quantity, amount: unknown, unit: unknown, path: string): ParsedRequirement {
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0) {
    return { path, problem: `${quantity.name} needs "value", a number above 0` };
  }
  if (quantity.kind === 'count' && unit === undefined) {
    return { requirement: { atLeast: { fact: quantity.name, value: amount } } };
  }
  const units = unitsOf(quantity.kind);
  if (quantity.kind === 'count' || typeof unit !== 'string' || !units.includes(unit)) {
    const expected = quantity.kind === 'count' ? 'no "unit"' : `"unit", one of ${units.join(' ')}`;
    return { path, problem: `${quantity.name} takes ${expected}` };
  }
  return { requirement: { atLeast: { fact: quantity.name, value: amount, unit } } };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
