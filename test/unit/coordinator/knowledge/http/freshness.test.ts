import { describe, expect, it } from 'vitest';
import {
  conditionalHeaders,
  freshnessOf,
  isFresh,
} from '../../../../../coordinator/knowledge/http/freshness.ts';

const now = 1_000_000;

describe('a stored answer', () => {
  it.each([
    [{ 'cache-control': 'max-age=600, public' }, 600_000],
    [{ 'cache-control': 'max-age="60"', age: '20' }, 40_000],
    [{ 'cache-control': 'max-age=10', age: '20' }, 0],
    [{ 'cache-control': 'no-cache, max-age=600' }, 0],
    [{ 'cache-control': 'max-age=soon' }, 0],
    [{}, 0],
  ])('with %j is fresh for %d ms', (headers, expected) => {
    const stored = freshnessOf(headers, now);
    expect(stored?.freshForMs).toBe(expected);
    expect(stored !== null && isFresh(stored, now + expected)).toBe(false);
    expect(stored !== null && isFresh(stored, now + expected - 1)).toBe(expected > 0);
  });

  it('is not kept when the server forbids it, and not fresh when the clock went back', () => {
    expect(freshnessOf({ 'cache-control': 'no-store' }, now)).toBeNull();
    const stored = freshnessOf({ 'cache-control': 'max-age=600' }, now);
    expect(stored !== null && isFresh(stored, now - 1)).toBe(false);
  });

  it('is asked about by what the server gave', () => {
    expect(conditionalHeaders({ etag: '"x"', lastModified: 'then' })).toEqual({
      'if-none-match': '"x"',
      'if-modified-since': 'then',
    });
    expect(conditionalHeaders({ etag: null, lastModified: null })).toEqual({});
  });
});
