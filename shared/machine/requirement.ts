// What a lane asks of a machine, as JSON that an operator can write: all, any, has, atLeast. `read-requirement.ts`
// takes it in from outside; here it is total.
import { findCapability } from './capabilities.ts';
import { compareDotted, findQuantity, inBaseUnit, type Quantity } from './quantities.ts';
import { unknownReason } from './merge-fingerprint.ts';
import { ELIGIBLE, everyOne, refuse, type Verdict } from './verdict.ts';
import type { Fingerprint } from './fingerprint.ts';

/** `{"fact": "memory", "value": 64, "unit": "GiB"}`; counts have no unit. */
export interface AtLeastAmount {
  readonly fact: string;
  readonly value: number;
  readonly unit?: string;
}

/** `{"fact": "gpu.driver", "version": "550.54"}` */
export interface AtLeastVersion {
  readonly fact: string;
  readonly version: string;
}

export type MachineRequirement =
  | { readonly all: readonly MachineRequirement[] }
  | { readonly any: readonly MachineRequirement[] }
  | { readonly has: string }
  | { readonly atLeast: AtLeastAmount | AtLeastVersion };

/** Whether the machine meets it; the reasons are sentences, one for each thing that is missing. */
export function meetsRequirement(requirement: MachineRequirement, fingerprint: Fingerprint): Verdict {
  if ('all' in requirement) {
    return everyOne(requirement.all.map((part) => meetsRequirement(part, fingerprint)));
  }
  if ('any' in requirement) return meetsAny(requirement.any, fingerprint);
  if ('has' in requirement) {
    const capability = findCapability(requirement.has);
    return capability?.verify(fingerprint) ?? refuse(`needs ${requirement.has}: there is no such capability`);
  }
  return meetsAtLeast(requirement.atLeast, fingerprint);
}

function meetsAny(options: readonly MachineRequirement[], fingerprint: Fingerprint): Verdict {
  const verdicts = options.map((option) => meetsRequirement(option, fingerprint));
  if (verdicts.some((verdict) => verdict.eligible)) return ELIGIBLE;
  const missing = verdicts.map((verdict) => (verdict.eligible ? '' : verdict.reasons.join(' and ')));
  return refuse(missing.join('; or '));
}

function meetsAtLeast(limit: AtLeastAmount | AtLeastVersion, fingerprint: Fingerprint): Verdict {
  const quantity = findQuantity(limit.fact);
  if (quantity === null) return refuse(`needs ${limit.fact}: there is no such fact`);
  const actual = quantity.read(fingerprint);
  const wanted = describeLimit(quantity, limit);
  if (actual === null) {
    const reason = fingerprint.unknown[quantity.fact];
    const seen = reason === undefined ? 'this machine has none' : unknownReason(fingerprint, quantity.fact);
    return refuse(`needs ${wanted}: ${seen}`);
  }
  if (isEnough(quantity, limit, actual)) return ELIGIBLE;
  return refuse(`needs ${wanted}: this machine has ${describeValue(quantity, limit, actual)}`);
}

function isEnough(
  quantity: Quantity,
  limit: AtLeastAmount | AtLeastVersion,
  actual: number | string,
): boolean {
  if ('version' in limit) return compareDotted(String(actual), limit.version) >= 0;
  const wanted = inBaseUnit(quantity.kind, limit.value, limit.unit ?? '1');
  return wanted !== null && Number(actual) >= wanted;
}

const describeLimit = (quantity: Quantity, limit: AtLeastAmount | AtLeastVersion): string =>
  'version' in limit
    ? `${quantity.noun} of at least ${limit.version}`
    : `at least ${limit.value} ${limit.unit === undefined ? '' : `${limit.unit} of `}${quantity.noun}`;

/** The machine's own value in the unit of the question, so that the two can be compared by eye. */
function describeValue(
  quantity: Quantity,
  limit: AtLeastAmount | AtLeastVersion,
  actual: number | string,
): string {
  if ('version' in limit || limit.unit === undefined) return String(actual);
  const factor = inBaseUnit(quantity.kind, 1, limit.unit) ?? 1;
  return `${Math.floor((Number(actual) / factor) * 10) / 10} ${limit.unit}`;
}
