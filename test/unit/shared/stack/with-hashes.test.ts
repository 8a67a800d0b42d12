import { describe, expect, it } from 'vitest';
import { withHashes } from '../../../../shared/stack/with-hashes.ts';
import { lookupOf, sampleFile, sampleRelease } from '../../../support/sample-releases.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const lookup = lookupOf([
  sampleRelease('numpy 1.0', {
    files: [sampleFile('one.whl', { sha256: a }), sampleFile('two.whl', { sha256: b })],
  }),
  sampleRelease('numpy 2.0', {
    files: [sampleFile('three.whl', { sha256: 'c'.repeat(64) }), sampleFile('four.whl')],
  }),
  sampleRelease('numpy 3.0'),
  sampleRelease('six 1.0'),
]);

describe('withHashes', () => {
  it('leaves a restricted project the files with one of the hashes, and the releases that have some', () => {
    expect(withHashes(lookup, { NumPy: [b] }).releases('numpy')).toMatchObject([
      { version: '1.0', files: [{ filename: 'two.whl' }] },
    ]);
  });

  it('knows a project of which nothing is left', () => {
    expect(withHashes(lookup, { numpy: ['d'.repeat(64)] }).releases('numpy')).toEqual([]);
  });

  it('tells which releases it took away', () => {
    const { refused } = withHashes(lookup, { numpy: [b] });
    expect(refused?.('numpy').map(({ version }) => version)).toEqual(['2.0', '3.0']);
    expect(refused?.('six')).toEqual([]);
  });

  it('leaves all others alone', () => {
    const restricted = withHashes(lookup, { numpy: [b] });
    expect(restricted.releases('six')).toEqual(lookup.releases('six'));
    expect(restricted.releases('none')).toBeUndefined();
    expect(withHashes(lookup, {})).toBe(lookup);
  });
});
