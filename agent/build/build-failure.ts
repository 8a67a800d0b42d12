// Whose failure an error of a build is. Every step throws a TroopError of the 14xx; this table alone says what becomes of
// the inspection. Failures of the fleet are retried elsewhere and hidden, failures of the stack are findings, so a
// doubtful case counts as the fleet's.
import type { Cause, Outcome, Phase } from '../../shared/inspection/outcome.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { BuildFailure } from './builder.ts';

interface FailureClass {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly phase: Phase;
}

const STACK_BUILD: FailureClass = { outcome: 'failed', cause: 'stack', phase: 'build' };
const FLEET_BUILD: FailureClass = { outcome: 'failed', cause: 'fleet', phase: 'build' };
const STACK_FETCH: FailureClass = { outcome: 'failed', cause: 'stack', phase: 'fetch' };
const FLEET_FETCH: FailureClass = { outcome: 'failed', cause: 'fleet', phase: 'fetch' };

const CLASSES: Partial<Record<ErrorCode, FailureClass>> = {
  'TROOP-1401': STACK_BUILD,
  'TROOP-1402': STACK_FETCH,
  'TROOP-1403': FLEET_FETCH,
  'TROOP-1404': STACK_FETCH,
  'TROOP-1405': FLEET_BUILD,
  'TROOP-1406': FLEET_BUILD,
  'TROOP-1407': FLEET_BUILD,
  'TROOP-1408': STACK_BUILD,
  'TROOP-1409': STACK_BUILD,
  'TROOP-1410': STACK_BUILD,
  'TROOP-1411': STACK_BUILD,
  'TROOP-1412': { ...FLEET_BUILD, outcome: 'timed_out' },
  'TROOP-1413': { ...FLEET_BUILD, outcome: 'out_of_memory' },
  'TROOP-1414': FLEET_FETCH,
  'TROOP-1415': STACK_FETCH,
  'TROOP-1416': FLEET_BUILD,
  'TROOP-1417': { outcome: 'cancelled', cause: 'user', phase: 'build' },
  'TROOP-1418': FLEET_BUILD,
  'TROOP-1419': STACK_FETCH,
  'TROOP-1421': FLEET_BUILD,
  'TROOP-1422': FLEET_BUILD,
  'TROOP-1423': FLEET_BUILD,
  'TROOP-1424': FLEET_BUILD,
  'TROOP-1425': FLEET_FETCH,
  'TROOP-1426': FLEET_BUILD,
};

/** Codes whose cause is the stack's own program where the stack may run one while it is built. */
const OWN_PROGRAM = new Set<ErrorCode>(['TROOP-1412', 'TROOP-1413']);

/**
 * The failure that an error means; null for an error that is no build failure, but a defect of ours.
 * @param runsStackCode whether files were built from source, so that time and memory were the stack's to use
 */
export function buildFailureOf(error: unknown, runsStackCode: boolean): BuildFailure | null {
  if (!(error instanceof TroopError)) return null;
  const known = CLASSES[error.code] ?? (error.code === 'TROOP-1490' ? FLEET_BUILD : undefined);
  if (known === undefined) return null;
  const cause = runsStackCode && OWN_PROGRAM.has(error.code) ? 'stack' : known.cause;
  return { ...known, cause, error: error.serialise() };
}
