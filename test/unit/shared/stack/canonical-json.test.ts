import { describe, expect, it } from 'vitest';
import { byCodeUnits, canonicalJson, sha256Hex } from '../../../../shared/stack/canonical-json.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

describe('canonicalJson', () => {
  it('gives equal values one text', () => {
    expect(canonicalJson({ b: [1, 'x', null], a: { d: true, c: 1.5 }, e: undefined })).toBe(
      '{"a":{"c":1.5,"d":true},"b":[1,"x",null]}',
    );
    expect(canonicalJson({ ä: 1, Z: 2, a: 3 })).toBe('{"Z":2,"a":3,"ä":1}');
  });

  it.each([
    ['$.a', { a: Number.NaN }],
    ['$.a[1]', { a: [1, undefined] }],
    ['$.when', { when: new Date(0) }],
    ['$', () => 1],
  ])('names the place of what has no canonical form: %s', (path, value) => {
    const error = troopErrorOf(() => canonicalJson(value));
    expect(error.code).toBe('TROOP-1818');
    expect(error.facts['path']).toBe(path);
  });
});

describe('sha256Hex', () => {
  it('hashes text as UTF-8, and bytes', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(sha256Hex('')).toBe(empty);
    expect(sha256Hex(new Uint8Array())).toBe(empty);
    expect(sha256Hex('ä')).toBe(sha256Hex(new TextEncoder().encode('ä')));
  });
});

describe('byCodeUnits', () => {
  it('does not depend on the locale', () => {
    expect(['b', 'a', 'B', 'ä', 'a'].toSorted(byCodeUnits)).toEqual(['B', 'a', 'a', 'b', 'ä']);
  });
});
