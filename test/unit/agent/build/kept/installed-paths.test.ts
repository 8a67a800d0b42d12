import { describe, expect, test } from 'vitest';
import { installedPaths } from '../../../../../agent/build/kept/installed-paths.ts';

const folders = { site: 'lib/python3.11/site-packages', headers: 'include/site/python3.11' };
const { site } = folders;
const of = (...paths: string[]): ReturnType<typeof installedPaths> =>
  installedPaths(
    paths.map((path) => ({ path, size: 7 })),
    folders,
  );
const INFO = ['a-1.dist-info/METADATA', 'a-1.dist-info/RECORD'];

test('each part of a wheel has its place, and what installers write anew has no size', () => {
  expect(
    of(
      'a/__init__.py',
      'a/empty/',
      'a-1.data/scripts/run',
      'a-1.data/data/share/x',
      'a-1.data/headers/a.h',
      'a-1.data/platlib/b.so',
      ...INFO,
    ),
  ).toEqual({
    files: [
      { path: `${site}/a/__init__.py`, size: 7 },
      { path: 'bin/run', size: null },
      { path: 'share/x', size: 7 },
      { path: 'include/site/python3.11/a/a.h', size: 7 },
      { path: `${site}/b.so`, size: 7 },
      { path: `${site}/a-1.dist-info/METADATA`, size: 7 },
      { path: `${site}/a-1.dist-info/RECORD`, size: null },
    ],
    folders: [`${site}/a/empty`],
    information: `${site}/a-1.dist-info`,
  });
});

describe('nothing is guessed about', () => {
  test.for([
    ['../outside', 'holds'],
    ['a/../../outside', 'holds'],
    ['/etc/passwd', 'holds'],
    ['a//b', 'holds'],
    ['a\\b', 'holds'],
    ['a-1.data/data/../../x', 'holds'],
    ['a-1.data/other/x', 'belongs'],
    ['a-1.data/x', 'belongs'],
    ['b-1.dist-info/METADATA', 'not one .dist-info'],
    ['a-1.dist-info/RECORD', 'twice'],
  ] as const)('%s', ([path, reason]) => {
    expect(of(...INFO, path)).toEqual({ unusual: expect.stringContaining(reason) as string });
  });

  test('a wheel without metadata', () => {
    expect(of('a.py')).toEqual({ unusual: 'it has not one .dist-info' });
  });
});

test('a file that comes as part of the library and as data comes twice', () => {
  expect(of(...INFO, 'a.py', `a-1.data/data/${site}/a.py`)).toEqual({
    unusual: `it brings ${site}/a.py twice`,
  });
});
