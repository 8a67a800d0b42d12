// What PostgreSQL and its driver say, in the words of the catalogue. Everything else that they throw is a bug of ours
// and passes through unchanged.
import { DatabaseError } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'EAI_AGAIN',
]);

// 57P01-57P03: the server stops or starts; 53300: no connection left (PostgreSQL manual, appendix A).
const SERVER_AWAY = /^(?:08...|57P0[1-3]|53300)$/;
// The driver tells these by their text alone.
const DRIVER_LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered|Query read timeout|SSL connection/;
/** No password where one is asked for, or a server that cannot prove that it knows it. */
const DRIVER_REFUSED = /^SASL: /;
/** What TLS objects to, most often a certificate. */
const TLS_CODE = /CERT|^ERR_(?:SSL|TLS)|^UNABLE_TO_/;

const codeOf = (error: Error): string | undefined =>
  'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Serialization failure and deadlock: the same transaction may succeed when it is run again. */
export function isCollision(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}

/** What the data itself is to blame for (SQLSTATE classes 22 and 23): the same statement fails for ever. */
export function isDataError(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code ?? '');
}

/** Whether a unique or exclusion constraint of that name was violated. */
export function isViolationOf(error: unknown, constraint: string): boolean {
  return error instanceof DatabaseError && error.code === '23505' && error.constraint === constraint;
}

function serverError(error: DatabaseError, statement: string): Error {
  const code = error.code ?? '';
  const reason = error.message;
  if (code === '57014') return new TroopError('TROOP-1604', { statement }, { cause: error });
  if (code === '42501' || code === '3F000') return new TroopError('TROOP-1608', { reason }, { cause: error });
  if (code === '3D000') return new TroopError('TROOP-1609', { reason }, { cause: error });
  if (code.startsWith('28')) return new TroopError('TROOP-1606', { reason }, { cause: error });
  return SERVER_AWAY.test(code) ? new TroopError('TROOP-1601', { reason }, { cause: error }) : error;
}

/** The TroopError for an unreachable server, refused credentials or a statement that took too long; else the error itself. */
export function storeError(error: unknown, statement = 'unnamed'): unknown {
  if (!(error instanceof Error) || error instanceof TroopError) return error;
  if (error instanceof DatabaseError) return serverError(error, statement);
  const code = codeOf(error) ?? '';
  const reason = error.message === '' ? code : error.message;
  if (DRIVER_REFUSED.test(reason)) return new TroopError('TROOP-1606', { reason }, { cause: error });
  const isNetwork = NETWORK_CODES.has(code) || TLS_CODE.test(code) || DRIVER_LOST.test(reason);
  return isNetwork ? new TroopError('TROOP-1601', { reason }, { cause: error }) : error;
}
