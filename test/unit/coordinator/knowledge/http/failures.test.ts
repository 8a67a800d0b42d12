import { describe, expect, it } from 'vitest';
import {
  failureOf,
  isWorthRetrying,
  retryAfterMs,
} from '../../../../../coordinator/knowledge/http/failures.ts';
import { TroopError } from '../../../../../shared/errors/troop-error.ts';

const status = (code: number, retryAfter?: string): TroopError =>
  new TroopError('TROOP-1103', { url: 'u', status: code, retryAfter });

describe('a failure of the wire', () => {
  it.each([
    [429, true],
    [408, true],
    [500, true],
    [503, true],
    [501, false],
    [400, false],
    [404, false],
  ])('with status %d is worth another try: %s', (code, expected) => {
    expect(isWorthRetrying(status(code))).toBe(expected);
  });

  it('is an address that cannot be reached, in words, and is tried again unless the certificate is wrong', () => {
    const refused = failureOf(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'https://a.example/');
    expect(refused).toMatchObject({ code: 'TROOP-1102', facts: { reason: 'nothing listens there' } });
    expect(isWorthRetrying(refused)).toBe(true);
    const certificate = failureOf(Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'u');
    expect(isWorthRetrying(certificate)).toBe(false);
    expect(failureOf(refused, 'other')).toBe(refused);
  });

  it('tells how long the server wants to be left alone', () => {
    const nowMs = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs(status(429, '7'), nowMs)).toBe(7000);
    expect(retryAfterMs(status(429, 'Thu, 01 Jan 2026 00:00:09 GMT'), nowMs)).toBe(9000);
    expect(retryAfterMs(status(429, 'Thu, 01 Jan 2020 00:00:00 GMT'), nowMs)).toBe(0);
    expect(retryAfterMs(status(429, 'later'), nowMs)).toBeNull();
    expect(retryAfterMs(status(429), nowMs)).toBeNull();
  });
});
