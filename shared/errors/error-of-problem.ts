// The error that another program says it met (RFC 9457 with `code` and `facts`), as one of ours. Nothing is taken for granted of
// what comes over a wire: only facts of a plain value are kept, and no long ones.
import { isErrorCode } from './catalogue.ts';
import { TroopError, type ErrorFacts } from './troop-error.ts';

const MAX_FACTS = 50;
const MAX_FACT_LENGTH = 20_000;

/** Null where the value names no code of the catalogue. */
export function errorOfProblem(value: unknown): TroopError | null {
  if (typeof value !== 'object' || value === null) return null;
  const { code, facts } = value as { readonly code?: unknown; readonly facts?: unknown };
  return typeof code === 'string' && isErrorCode(code) ? new TroopError(code, plainFacts(facts)) : null;
}

function plainFacts(value: unknown): ErrorFacts {
  if (typeof value !== 'object' || value === null) return {};
  const known = Object.entries(value)
    .slice(0, MAX_FACTS)
    .map(([name, fact]: [string, unknown]) => [
      name,
      typeof fact === 'string' ? fact.slice(0, MAX_FACT_LENGTH) : fact,
    ]);
  return Object.fromEntries(known.filter(([, fact]) => isPlain(fact))) as ErrorFacts;
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
