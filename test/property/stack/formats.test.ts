// Locks say the same after they were written and read, and no text of any kind makes a reader of files fail otherwise than
// with an error of the catalogue, or take more than linear time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainStack } from '../../../coordinator/export/json-lines-format.ts';
import { readRequestFile } from '../../../coordinator/inputs/read-request.ts';
import { readStackText } from '../../../coordinator/inputs/read-stack.ts';
import { readSolverDocuments } from '../../../coordinator/knowledge/solver-document.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { formatPipfile } from '../../../shared/stack/formats/pipfile.ts';
import { formatPipfileLock } from '../../../shared/stack/formats/pipfile-lock.ts';
import { formatPylock } from '../../../shared/stack/formats/pylock.ts';
import { parsePins } from '../../../shared/stack/formats/read-pins.ts';
import { parsePipfileLock } from '../../../shared/stack/formats/read-pipfile-lock.ts';
import { parsePylock } from '../../../shared/stack/formats/read-pylock.ts';
import { formatRequirementsTxt } from '../../../shared/stack/formats/requirements-txt.ts';
import type { LockedPackage } from '../../../shared/stack/stack.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { lockedStackCase } from '../../support/locked-stack-arbitrary.ts';
import { sampleLock } from '../../support/sample-lock.ts';

const indexUrls = { pip: 'https://host.example/simple', own: 'file:///own' };
const elsewhere = { environment: { python: '3.8', platform: 'linux_aarch64' }, index: 'elsewhere' };

const hashesOf = (item: LockedPackage): readonly string[] =>
  [...new Set(item.files.flatMap(({ sha256 }) => sha256 ?? []))].toSorted();

describe('a stack that is written and read again', () => {
  it('is the same stack from a pylock.toml, with its id', () => {
    fc.assert(
      fc.property(lockedStackCase(), ({ lock, indexFingerprints }) => {
        const text = formatPylock(lock, { indexUrls });
        expect(readStackText(text, 'pylock.toml', { ...elsewhere, indexFingerprints })).toEqual(
          plainStack(lock),
        );
        const hashes = parsePylock(text).pins.map(({ sha256 }) => sha256);
        // The format has room for one source distribution.
        const kept = lock.packages.map((item) => {
          const sdists = item.files.filter(({ filename }) => filename.endsWith('.tar.gz'));
          const files = item.files.filter((file) => !sdists.slice(1).includes(file));
          return hashesOf({ ...item, files });
        });
        expect(hashes).toEqual(kept);
      }),
      { numRuns: 150 },
    );
  });

  it('has the same packages, extras, indexes, hashes and Python from a Pipfile.lock', () => {
    fc.assert(
      fc.property(lockedStackCase(), ({ lock }) => {
        const { pins, environment } = parsePipfileLock(formatPipfileLock(lock, { indexUrls }));
        expect(
          pins.map(({ name, version, index, extras, sha256 }) => [name, version, index, extras, sha256]),
        ).toEqual(
          lock.packages.map((item) => [
            item.name,
            item.version,
            item.index,
            item.extras ?? [],
            hashesOf(item),
          ]),
        );
        expect(environment.python).toBe(lock.environment.python.replace('t', ''));
      }),
      { numRuns: 150 },
    );
  });

  it('has the same packages and hashes from a requirements file', () => {
    fc.assert(
      fc.property(lockedStackCase(), ({ lock }) => {
        const { pins } = parsePins(formatRequirementsTxt(lock, { hashes: true }));
        expect(pins.map(({ name, version, sha256 }) => [name, version, sha256])).toEqual(
          lock.packages.map((item) => [item.name, item.version, hashesOf(item)]),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('asks in its Pipfile for its own pins', async () => {
    await fc.assert(
      fc.asyncProperty(lockedStackCase(), async ({ lock }) => {
        const request = await readRequestFile('Pipfile', () =>
          Promise.resolve(formatPipfile(lock, { indexUrls })),
        );
        const asked = lock.packages.map(({ name, version, extras = [] }) => {
          return `${name}${extras.length === 0 ? '' : `[${extras.join(',')}]`}==${version}`;
        });
        // TOML wants plain values before tables.
        expect(request.requirements.toSorted()).toEqual(asked.toSorted());
      }),
      { numRuns: 100 },
    );
  });
});

const NAMES = [
  'requirements.txt',
  'Pipfile',
  'pyproject.toml',
  'Pipfile.json',
  'pylock.toml',
  'Pipfile.lock',
  'stack.json',
  'x',
] as const;

/** Reads a text in every way; whatever is thrown must be of the catalogue. */
async function readEveryWay(text: string, names: readonly string[] = NAMES): Promise<number> {
  let answers = 0;
  const tolerate = (error: unknown): void => {
    if (!(error instanceof TroopError)) throw error;
    answers += 1;
  };
  for (const name of names) {
    // Whatever is included is the file itself, or nothing.
    const readText = (path: string): Promise<string> => Promise.resolve(path === name ? text : '');
    await readRequestFile(name, readText, { groups: ['dev'], extras: ['all'] }).then(
      () => (answers += 1),
      tolerate,
    );
    await readRequestFile(name, readText).then(() => (answers += 1), tolerate);
    try {
      readStackText(text, name, elsewhere);
      answers += 1;
    } catch (error) {
      tolerate(error);
    }
  }
  try {
    readSolverDocuments([{ text, file: 'solver.json' }]);
    answers += 1;
  } catch (error) {
    tolerate(error);
  }
  return answers;
}

const SEEDS = [
  formatPylock(sampleLock(), { indexUrls }),
  formatPipfileLock(sampleLock(), { indexUrls }),
  formatRequirementsTxt(sampleLock(), { hashes: true }),
  formatPipfile(sampleLock(), { indexUrls }),
  `${JSON.stringify(plainStack(sampleLock()))}\n`,
  '-r a.txt\n-c "b.txt"\n--pre\nsix[x,y]>=1,<2; python_version < "3" and (extra == "a") --hash=sha256:00 # c\n-e .\n',
  '[project]\nname = "a"\nrequires-python = ">=3"\ndependencies = ["a[all]", "b @ https://host.example/b"]\n' +
    '[project.optional-dependencies]\nall = ["a[all,x]"]\nx = []\n[dependency-groups]\ndev = [{include-group = "dev"}, 1]\n',
  '{"metadata":{"datetime":"2020-01-01T00:00:00"},"result":{"tree":[{"package_name":"a","package_version":"1",' +
    '"index_url":"https://host.example/simple","dependencies":[{"package_name":"b","marker":"extra == \'x\'","extra":["x"]}]}]}}',
  '{"packages":{"a":{"version":"*","extras":["x"],"markers":"os_name == \'nt\'"}},"source":[{"url":"file:///a"}],"requires":{"python_version":"3.9"}}',
];

/** A valid text with some slices cut out, doubled or replaced by other text. */
const damaged = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(12),
        fc.oneof(
          fc.constantFrom(
            '',
            '"',
            "'",
            '[',
            ']',
            '{',
            '}',
            '=',
            '\\\n',
            '\n',
            '#',
            ',',
            ';',
            '__proto__',
            'null',
            '0',
          ),
          fc.string({ unit: 'binary', maxLength: 6 }),
        ),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([seed, cuts]) =>
    cuts.reduce((text, [at, length, put]) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + put + text.slice(start + length);
    }, seed),
  );

describe('a reader', () => {
  it('ends every damaged file with an answer or an error of the catalogue', async () => {
    await fc.assert(
      fc.asyncProperty(damaged, async (text) => {
        expect(await readEveryWay(text)).toBe(NAMES.length * 3 + 1);
      }),
      { numRuns: fuzzRuns(700) },
    );
  });

  it('ends every text whatsoever so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        expect(await readEveryWay(text)).toBe(NAMES.length * 3 + 1);
      }),
      { numRuns: fuzzRuns(500) },
    );
  });

  // Were a reader quadratic in one of these, it would take minutes: the time limit of the test is the proof.
  it.each([
    ['line ends', '\n'.repeat(1_000_000)],
    ['spaces', ' '.repeat(1_000_000)],
    ['brackets', '['.repeat(1_000_000)],
    ['braces', '{'.repeat(1_000_000)],
    ['tables', '[a]\n'.repeat(200_000)],
    ['quotes', '"'.repeat(1_000_000)],
    ['continued lines', 'a \\\n'.repeat(90_000)],
    ['comments', ' #'.repeat(500_000)],
    ['requirements', 'six>=1\n'.repeat(40_000)],
    ['hashes', `six==1 ${`--hash=sha256:${'a'.repeat(64)} `.repeat(10_000)}`],
    ['hashes of one project', `six==1 --hash=sha256:${'a'.repeat(64)}\n`.repeat(15_000)],
    ['options', '--pre\n'.repeat(50_000)],
    ['parentheses', `six; ${'('.repeat(60_000)}`],
    ['commas', `six${'>=1,'.repeat(16_000)}`],
    ['keys', Array.from({ length: 20_000 }, (_, index) => `k${index} = 1`).join('\n')],
    ['dotted keys', `${'a.'.repeat(100_000)}b = 1`],
  ])('ends a megabyte of %s', { timeout: 30_000 }, async (_what, text) => {
    expect(await readEveryWay(text, ['x.txt', 'Pipfile', 'pylock.toml'])).toBe(10);
  });
});
