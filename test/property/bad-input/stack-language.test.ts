// Whatever is written where a word of the language of stacks is expected, the answer is a value, null, or an error of the
// catalogue; what was read and written is read again; and a text of a hundred thousand characters is no reason to wait.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { formatMarker, parseMarker } from '../../../shared/stack/marker.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { parsePlatform } from '../../../shared/stack/platform.ts';
import { parsePythonVersion } from '../../../shared/stack/python-version.ts';
import { formatRequirement, parseRequirement } from '../../../shared/stack/requirement.ts';
import { formatReleaseLine, parseReleaseLine, parseSnapshotHeader } from '../../../shared/stack/snapshot.ts';
import { formatSpecifierSet, parseSpecifierSet } from '../../../shared/stack/specifier.ts';
import { formatVersion, parseVersion } from '../../../shared/stack/version.ts';
import { parseSdistFilename, parseWheelFilename } from '../../../shared/stack/wheel.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

const RELEASE =
  '{"index":"pip","name":"six","version":"1.16.0","requires_python":">=3","requires_dist":["a>=1"],"provides_extra":[],' +
  '"yanked":false,"files":[{"filename":"six-1.16.0-py3-none-any.whl","url":"https://files.example/six","size":1}]}';

/** Reads a text; gives what is written of it, to be read again, or null. */
type Reader = (text: string) => string | null;
const nothing = (read: (text: string) => unknown): Reader => {
  return (text) => {
    read(text);
    return null;
  };
};

const READERS: Readonly<Record<string, { readonly read: Reader; readonly seed: string }>> = {
  version: { read: (text) => formatVersion(parseVersion(text)), seed: '1!2.0.0rc1.post2.dev3+local.7' },
  specifier: {
    read: (text) => formatSpecifierSet(parseSpecifierSet(text)),
    seed: '>=1.24,<2,!=1.25.*,~=1.4',
  },
  marker: {
    read: (text) => formatMarker(parseMarker(text)),
    seed: 'python_version < "3.12" and (sys_platform == \'linux\' or extra in "a b")',
  },
  requirement: {
    read: (text) => formatRequirement(parseRequirement(text)),
    seed: 'six[a, b]>=1,<2; python_version < "3.12" and os_name != "nt"',
  },
  'requirement by URL': {
    read: (text) => formatRequirement(parseRequirement(text)),
    seed: 'six[a] @ https://files.example/six.whl ; os_name == "posix"',
  },
  name: { read: normalizeName, seed: 'A_b.-c' },
  'wheel file name': {
    read: nothing(parseWheelFilename),
    seed: 'a_b-1.0-1x-cp311.cp312-abi3-manylinux_2_17_x86_64.whl',
  },
  'sdist file name': { read: nothing(parseSdistFilename), seed: 'a_b-1.0.tar.gz' },
  platform: { read: nothing(parsePlatform), seed: 'manylinux_2_36_x86_64' },
  Python: { read: nothing(parsePythonVersion), seed: '3.13t' },
  environment: {
    read: nothing((text) => canonicalEnvironment({ python: text, platform: 'linux_x86_64' })),
    seed: '3.11',
  },
  'snapshot header': {
    read: nothing(parseSnapshotHeader),
    seed: '{"format":"troop-knowledge","version":1,"created":"2026-01-01T00:00:00Z","indexes":[{"name":"pip","url":"x"}]}',
  },
  'snapshot line': { read: (text) => formatReleaseLine(parseReleaseLine(text, 2)), seed: RELEASE },
};

const PIECES =
  '() [] {} " \' , ; . - _ + ! ~= == === < > * @ # \\ and or not in extra null 0 1e9 \0 \n \u00e9 \ud800'.split(
    ' ',
  );

/** The seed with up to four places cut out, doubled or replaced. */
const damaged = (seed: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.nat(seed.length),
        fc.nat(6),
        fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 4 })),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((cuts) =>
      cuts.reduce((text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length), seed),
    );

/** @returns what was written of it, or null; anything that is not of the catalogue is thrown on. */
function attempt(read: Reader, text: string): string | null {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof TroopError) return null;
    throw error;
  }
}

const NAMES = Object.keys(READERS);
const readerOf = (name: string): { readonly read: Reader; readonly seed: string } => {
  const reader = READERS[name];
  if (reader === undefined) throw new Error(name);
  return reader;
};

describe.each(NAMES)('a %s', (name) => {
  const { read, seed } = readerOf(name);

  it('that is damaged or anything else is read or refused, and what was written is read as the same', () => {
    expect(() => read(seed)).not.toThrow();
    const text = fc.oneof(damaged(seed), fc.string({ unit: 'binary', maxLength: 40 }));
    fc.assert(
      fc.property(text, (input) => {
        const written = attempt(read, input);
        expect(written === null ? null : read(written)).toBe(written);
      }),
      { numRuns: fuzzRuns(1500) },
    );
  });

  // Were a reader quadratic in one of these, it would take minutes: the time limit of the test is the proof.
  it('that is hostile is read or refused without a wait', { timeout: 30_000 }, () => {
    const parts = [
      ...PIECES,
      ' ',
      'a',
      '1.',
      'a-',
      '-a',
      'a.b',
      '1rc',
      '>=1,',
      ' and ',
      '"a',
      '.post',
      '+a.',
      '1!',
    ];
    for (const part of parts) {
      for (const text of [
        part.repeat(50_000),
        `${seed}${part.repeat(50_000)}`,
        `${part.repeat(50_000)}${seed}`,
        `${seed.slice(0, 3)}${part.repeat(50_000)}!`,
      ]) {
        expect(attempt(read, text)).not.toBe(undefined);
      }
    }
  });
});
