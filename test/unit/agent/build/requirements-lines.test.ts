import { expect, test } from 'vitest';
import { planFiles } from '../../../../agent/build/plan-files.ts';
import { requirementsOf } from '../../../../agent/build/requirements-lines.ts';

const HASH = 'ab'.repeat(32);
const wheel = {
  name: 'one',
  version: '1.0',
  index: 'pip',
  files: [
    { filename: 'one-1.0-py3-none-any.whl', sha256: HASH.toUpperCase(), url: 'https://host/one.whl' },
    { filename: 'one-1.0.tar.gz' },
  ],
};
const unlisted = { name: 'two', version: '2.0', index: 'other', files: [] };
const source = {
  name: 'three',
  version: '3.0',
  index: 'pip',
  files: [{ filename: 'three-3.0.tar.gz', sha256: HASH }],
};

test('the best file is planned, with its hash in one spelling', () => {
  expect(planFiles([wheel, unlisted], false)).toEqual([
    {
      name: 'one',
      version: '1.0',
      index: 'pip',
      filename: 'one-1.0-py3-none-any.whl',
      sha256: HASH,
      url: 'https://host/one.whl',
      isSdist: false,
      isVariant: false,
    },
    {
      name: 'two',
      version: '2.0',
      index: 'other',
      filename: null,
      sha256: null,
      url: null,
      isSdist: false,
      isVariant: false,
    },
  ]);
});

test('a source distribution needs leave', () => {
  expect(() => planFiles([source], false)).toThrow(/three 3\.0 cannot be installed here/);
  expect(planFiles([source], true)).toMatchObject([{ isSdist: true }]);
});

test('local files are named by path and hash, and need no index', () => {
  const files = planFiles([wheel], false).map((file) => ({
    ...file,
    local: { path: '/s p/one.whl', sha256: HASH },
  }));
  expect(requirementsOf(files)).toEqual({
    text: `one @ file:///s%20p/one.whl --hash=sha256:${HASH}\n`,
    allHashed: true,
    indexes: [],
  });
});

test('what is not here is pinned, and its index named', () => {
  const files = planFiles([wheel, unlisted, source], true).map((file) => ({ ...file, local: null }));
  expect(requirementsOf(files)).toEqual({
    text: `one==1.0 --hash=sha256:${HASH}\ntwo==2.0\nthree==3.0 --hash=sha256:${HASH}\n`,
    allHashed: false,
    indexes: ['other', 'pip'],
  });
});

test('a source distribution needs its index for what its build requires, although it is here', () => {
  const files = planFiles([source], true).map((file) => ({
    ...file,
    local: { path: '/three.tar.gz', sha256: HASH },
  }));
  expect(requirementsOf(files)).toMatchObject({ allHashed: true, indexes: ['pip'] });
});
