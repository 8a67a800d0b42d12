// shared/stack against Python's `packaging`: recorded answers of a current one, and fresh random questions to the newest one
// that an interpreter of this machine has. The names of the tests say which versions answered.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion } from '../../../shared/stack/version.ts';
import { excusesFor } from '../../support/packaging-excuses.ts';
import { compareWithPackaging, type PackagingVectors } from '../../support/packaging-vectors.ts';

const DIRECTORY = new URL('../../fixtures/packaging-vectors/', import.meta.url);
const GENERATOR = new URL('generate.py', DIRECTORY).pathname;
const INTERPRETERS = [
  'python3',
  'python3.14',
  'python3.13',
  'python3.12',
  'python3.11',
  'python3.10',
  'python3.9',
  'python',
];
/** Older ones err in more than the excuses name: they read versions that are no versions, and prefixes across epochs. */
const OLDEST_COMPARABLE = parseVersion('24.1');

const recorded = read(readFileSync(new URL('vectors.json', DIRECTORY), 'utf8'));
const seed = Math.floor(Math.random() * 1e9);
const live = askNewest();

describe('packaging', () => {
  it(`agrees with the recorded answers of packaging ${recorded.packaging}`, () => {
    expect(recorded.packaging).toBe('26.3');
    const { compared, excused, differences } = compareWithPackaging(recorded, excusesFor(recorded.packaging));
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(70_000);
    expect(sum(excused)).toBeLessThan(compared / 1000);
  });

  it(`agrees with ${nameOf(live)} on random questions (seed ${seed})`, () => {
    // Without an interpreter that has packaging, the recorded answers stand in, and the name says so.
    const vectors = live ?? recorded;
    const { compared, excused, differences } = compareWithPackaging(vectors, excusesFor(vectors.packaging));
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(50_000);
    // Before 26 a tenth of the random questions touch something that packaging has corrected since.
    expect(sum(excused)).toBeLessThan(compared / (vectors.packaging.startsWith('26') ? 100 : 8));
  });
});

function read(text: string): PackagingVectors {
  return JSON.parse(text) as PackagingVectors;
}

function nameOf(vectors: PackagingVectors | null): string {
  return vectors === null
    ? 'no live packaging: no interpreter here has 24.1 or newer, so the recorded answers'
    : `packaging ${vectors.packaging} of Python ${vectors.python}`;
}

function askNewest(): PackagingVectors | null {
  const found = INTERPRETERS.flatMap((interpreter) => {
    const version = run(interpreter, [
      '-c',
      'exec("try: import packaging\\nexcept ImportError: import pip._vendor.packaging as packaging\\nprint(packaging.__version__)")',
    ]);
    return version === null ? [] : [{ interpreter, version: parseVersion(version) }];
  }).toSorted((a, b) => compareVersions(b.version, a.version));
  const [newest] = found;
  if (newest === undefined || compareVersions(newest.version, OLDEST_COMPARABLE) < 0) {
    return null;
  }
  const answers = run(newest.interpreter, [GENERATOR, String(seed), '2']);
  if (answers === null) {
    throw new Error(
      `${newest.interpreter} has packaging ${newest.version.text}, and the generator failed under it.`,
    );
  }
  return read(answers);
}

/** Standard output, or null when there is no such interpreter or it fails. */
function run(interpreter: string, argv: readonly string[]): string | null {
  try {
    return execFileSync(interpreter, argv, {
      encoding: 'utf8',
      timeout: 60_000,
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
