// Whatever names a wheel holds: nothing of it has a place outside of the environment, and no two files have one place.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileOwners } from '../../../agent/build/kept/file-owners.ts';
import { installedPaths, type WheelPaths } from '../../../agent/build/kept/installed-paths.ts';
import { isInside } from '../../../agent/build/kept/kept-entry.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';

const folders = { site: 'lib/python3.11/site-packages', headers: 'include/site/python3.11' };
const part = fc.oneof(
  fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    'a-1.dist-info',
    'a-1.data',
    'data',
    'scripts',
    'purelib',
    'headers',
    'lib',
  ),
  fc.constantFrom(
    'python3.11',
    'site-packages',
    'bin',
    '__pycache__',
    'm.py',
    'm.cpython-311.pyc',
    'RECORD',
    '\\',
    '\0',
  ),
  fc.string({ maxLength: 4 }),
);
const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const wheel = fc
  .array(name, { maxLength: 6 })
  .map((names) => [...names, 'a-1.dist-info/METADATA'].map((path) => ({ path, size: 1 })));

const brings = (claim: WheelPaths, path: string): boolean => claim.files.some((file) => file.path === path);

test('every place is inside, and no two files have the same', () => {
  let understood = 0;
  fc.assert(
    fc.property(wheel, (entries) => {
      const paths = installedPaths(entries, folders);
      if ('unusual' in paths) return;
      understood += 1;
      const places = paths.files.map(({ path }) => path);
      expect([...places, ...paths.folders].filter((path) => !isInside(path))).toEqual([]);
      expect(new Set(places).size).toBe(places.length);
    }),
    { numRuns: fuzzRuns(2000) },
  );
  expect(understood).toBeGreaterThan(0);
});

test('no file is kept for two wheels, and none that both bring for either', () => {
  fc.assert(
    fc.property(wheel, wheel, (left, right) => {
      const claims = [left, right].flatMap((entries, position) => {
        const paths = installedPaths(entries, folders);
        if ('unusual' in paths) return [];
        // Metadata of its own, as two projects have.
        const information = `${folders.site}/p${position}-1.dist-info`;
        const files = paths.files.filter(({ path }) => !path.startsWith(paths.information));
        return [{ ...paths, files, information, id: `p${position}`, scripts: [] }];
      });
      const files = [...new Set(claims.flatMap((claim) => claim.files.map(({ path }) => path)))];
      const tree = { files, folders: [], links: [] };
      const { owned } = fileOwners(tree, { files: [], folders: [], links: [] }, claims, () => true);
      const kept = [...owned.values()].flatMap((one) => one.files);
      expect(new Set(kept).size).toBe(kept.length);
      const both =
        claims.length < 2 ? [] : files.filter((path) => claims.every((claim) => brings(claim, path)));
      expect(both.filter((path) => kept.includes(path))).toEqual([]);
    }),
    { numRuns: fuzzRuns(1000) },
  );
});
