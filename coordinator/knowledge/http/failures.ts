// Turns what went wrong on the wire into errors of the catalogue, and says which are worth another try.
import { TroopError } from '../../../shared/errors/troop-error.ts';

/** A TroopError stays what it is; everything else counts as an address that cannot be reached. */
export function failureOf(error: unknown, url: string): TroopError {
  if (error instanceof TroopError) return error;
  return new TroopError('TROOP-1102', { url, reason: reasonOf(error) }, { cause: error });
}

/** Connection trouble, time-outs, 408, 425, 429 and 5xx but 501; not an answer that is merely wrong. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof TroopError)) return false;
  if (error.code === 'TROOP-1102') return !isCertificateTrouble(error.cause);
  if (error.code !== 'TROOP-1103') return false;
  const status = Number(error.facts['status']);
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}

/** What the server's Retry-After asks for (RFC 9110 section 10.2.3: seconds or a date), in milliseconds, or null. */
export function retryAfterMs(error: unknown, nowMs: number): number | null {
  const text = error instanceof TroopError ? error.facts['retryAfter'] : undefined;
  if (typeof text !== 'string') return null;
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (error.name === 'TimeoutError') return 'the answer took too long';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const messages: Record<string, string> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'the name is not known',
    EAI_AGAIN: 'the name cannot be looked up now',
    UND_ERR_HEADERS_TIMEOUT: 'no answer within the time-out',
    UND_ERR_BODY_TIMEOUT: 'the answer stopped half-way',
    UND_ERR_CONNECT_TIMEOUT: 'no connection within the time-out',
    UND_ERR_SOCKET: 'the connection was closed half-way',
  };
  return messages[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
}

function isCertificateTrouble(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code.includes('CERT') || code.includes('SELF_SIGNED') || code.startsWith('ERR_TLS');
}
