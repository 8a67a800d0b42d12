import { describe, expect, it } from 'vitest';
import { canonicalEnvironment } from '../../../../shared/stack/environment.ts';
import {
  findRelease,
  indexFingerprint,
  lockStack,
  makeStack,
  type StackInput,
} from '../../../../shared/stack/stack.ts';
import { lookupOf, sampleFile, sampleRelease } from '../../../support/sample-releases.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const environment = canonicalEnvironment({ python: '3.11' });
const numpy = { name: 'numpy', version: '1.26.4', index: 'pip' };
const scipy = { name: 'scipy', version: '1.12.0', index: 'pip' };
const idOf = (more: Partial<StackInput>): string =>
  makeStack({ environment, packages: [numpy], ...more }).stack_id;

describe('makeStack', () => {
  it('gives one stack one id, however it was spelled', () => {
    const stack = makeStack({ environment, packages: [scipy, { ...numpy, extras: ['b', 'A', 'a'] }] });
    const again = makeStack({
      environment,
      packages: [{ name: 'NumPy', version: 'v1.26.4', index: 'pip', extras: ['a', 'B'] }, scipy],
    });
    expect(again).toEqual(stack);
    expect(stack.packages).toEqual([{ ...numpy, extras: ['a', 'b'] }, scipy]);
    // Pinned, because ids are kept for years: a change of this line is a change of the format.
    expect(idOf({})).toBe('sha256:35a84b9629707ef967414ee4c04b91bb51d51be4b9b49335d4a7a68cf94b71da');
  });

  it('gives another id to another version, index, extra, environment or index of that name', () => {
    const ids = [
      idOf({}),
      idOf({ packages: [{ ...numpy, version: '1.26.3' }] }),
      idOf({ packages: [{ ...numpy, index: 'other' }] }),
      idOf({ packages: [{ ...numpy, extras: ['a'] }] }),
      idOf({ environment: canonicalEnvironment({ python: '3.12' }) }),
      idOf({ environment: canonicalEnvironment({ python: '3.11', variables: { OMP_NUM_THREADS: '1' } }) }),
      idOf({ indexFingerprints: { pip: indexFingerprint('https://one.example/simple') } }),
      idOf({ indexFingerprints: { pip: indexFingerprint('https://two.example/simple') } }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not count indexes that the stack does not use', () => {
    expect(idOf({ indexFingerprints: { unused: 'sha256:x' } })).toBe(idOf({}));
  });

  it('refuses a package twice', () => {
    const error = troopErrorOf(() =>
      makeStack({ environment, packages: [numpy, { ...numpy, name: 'NumPy' }] }),
    );
    expect(error.code).toBe('TROOP-1810');
  });
});

describe('indexFingerprint', () => {
  it('is that of the place, without credentials, query and last slash', () => {
    const plain = indexFingerprint('https://host.example/simple');
    expect(indexFingerprint('https://user:secret@HOST.example/simple/?token=1#x')).toBe(plain);
    expect(indexFingerprint('https://host.example/Simple')).not.toBe(plain);
    expect(plain).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('findRelease', () => {
  it('takes of several spellings that of the pin, then what normalises to it, and what only compares equal last', () => {
    const releases = ['lib 1.0.0-1', 'lib 1.0-1', 'lib 1.0.post1', 'lib 1.0.r1'].map((text) =>
      sampleRelease(text),
    );
    const found = (version: string, among = releases): string | undefined =>
      findRelease({ name: 'lib', version, index: 'pip' }, among)?.version;
    expect(found('1.0.post1')).toBe('1.0.post1');
    const odd = releases.filter(({ version }) => version !== '1.0.post1');
    expect(found('1.0.post1', odd)).toBe('1.0-1');
    expect(found('1.0.post1', odd.toReversed())).toBe('1.0-1');
    expect(found('1.0.0.0.post1', odd)).toBe('1.0.0-1');
    expect(found('1.1', odd)).toBeUndefined();
  });
});

describe('lockStack', () => {
  const sha256 = 'a'.repeat(64);
  const wheels = [28, 24, 17, 12, 5].map((minor) =>
    sampleFile(`numpy-1.26.4-cp311-cp311-manylinux_2_${minor}_x86_64.whl`, { sha256 }),
  );
  const stack = makeStack({ environment, packages: [numpy, scipy] });

  it('keeps the four best files of each package', () => {
    const releases = lookupOf([
      sampleRelease('numpy 1.26.4', { files: wheels.toReversed() }),
      sampleRelease('scipy 1.12.0'),
    ]);
    const locked = lockStack(stack, releases);
    expect(locked.packages[0]?.files).toEqual(wheels.slice(0, 4));
    expect(locked.packages[1]?.files).toEqual([]);
    expect(locked.stack_id).toBe(stack.stack_id);
  });

  it('has a digest that changes with the files, not with their places', () => {
    const digest = (more: { sha256?: string; url?: string }): string =>
      lockStack(
        stack,
        lookupOf([
          sampleRelease('numpy 1.26.4', { files: wheels.map((file) => ({ ...file, ...more })) }),
          sampleRelease('scipy 1.12'),
        ]),
      ).lock_digest;
    expect(digest({ url: 'file:///elsewhere' })).toBe(digest({}));
    expect(digest({ sha256: 'b'.repeat(64) })).not.toBe(digest({}));
  });

  it('says what is missing', () => {
    expect(troopErrorOf(() => lockStack(stack, lookupOf([]))).code).toBe('TROOP-1811');
    const foreign = sampleRelease('numpy 1.26.4', {
      files: [sampleFile('numpy-1.26.4-cp312-cp312-win_amd64.whl')],
    });
    const error = troopErrorOf(() => lockStack(stack, lookupOf([foreign])));
    expect(error.code).toBe('TROOP-1812');
    expect(error.facts['reason']).toBe('tags');
  });
});
