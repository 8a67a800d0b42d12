import { describe, expect, test } from 'vitest';
import { fileOwners, sourceOf, type Claim, type Tree } from '../../../../../agent/build/kept/file-owners.ts';

const SITE = 'lib/python3.11/site-packages';
const empty: Tree = {
  files: ['bin/activate', `${SITE}/start.py`],
  folders: ['bin', 'lib', 'lib/python3.11', SITE],
  links: ['bin/python'],
};

function claim(id: string, names: readonly string[], further: Partial<Claim> = {}): Claim {
  const information = `${SITE}/${id}-1.dist-info`;
  const paths = [...names.map((name) => `${SITE}/${name}`), `${information}/METADATA`];
  return {
    id,
    files: paths.map((path) => ({ path, size: 1 })),
    folders: [],
    information,
    scripts: [],
    ...further,
  };
}

function foldersOf(files: readonly string[]): readonly string[] {
  const folders = files.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set([...empty.folders, ...folders])];
}

function owners(
  files: readonly string[],
  claims: readonly Claim[],
  further: Partial<Tree> = {},
): ReturnType<typeof fileOwners> {
  const all = [...empty.files, `${SITE}/__pycache__/start.cpython-311.pyc`, ...files];
  const tree = { files: all, folders: foldersOf(all), links: empty.links, ...further };
  return fileOwners(tree, empty, claims, (path) => path.includes('/tests/'));
}

const installed = (id: string): readonly string[] => [
  `${SITE}/${id}.py`,
  `${SITE}/__pycache__/${id}.cpython-311.pyc`,
  `${SITE}/${id}-1.dist-info/METADATA`,
  `${SITE}/${id}-1.dist-info/INSTALLER`,
  `bin/${id}`,
];

test('everything has one owner: byte code that of its source, notes of the installer that of the metadata', () => {
  const claims = ['a', 'b'].map((id) => claim(id, [`${id}.py`], { scripts: [`bin/${id}`] }));
  const { owned, refused, stray, emptyByteCode } = owners([...installed('a'), ...installed('b')], claims);
  expect(owned.get('a')).toEqual({ files: installed('a'), folders: [] });
  expect(owned.get('b')?.files).toEqual(installed('b'));
  expect([refused.size, stray]).toEqual([0, []]);
  expect(emptyByteCode).toEqual([`${SITE}/__pycache__/start.cpython-311.pyc`]);
});

describe('is not kept', () => {
  const a = claim('a', ['a.py'], { scripts: ['bin/a'] });

  test('what two bring, of either', () => {
    const b = claim('b', ['a.py', 'b.py'], { scripts: ['bin/b'] });
    const { owned, refused } = owners([...installed('a'), ...installed('b')], [a, b]);
    expect(owned.size).toBe(0);
    expect([...refused.keys()].toSorted()).toEqual(['a', 'b']);
  });

  test('a wheel that says a file of the empty environment is its own, and the empty environment with it', () => {
    const { owned, refused } = owners(installed('a'), [
      claim('a', ['a.py'], { scripts: ['bin/a', 'bin/activate'] }),
    ]);
    expect(owned.size).toBe(0);
    expect(refused.has('')).toBe(true);
  });

  test('what another brought for it: notes of the installer, or its byte code', () => {
    const both = [...installed('a'), ...installed('b')];
    const notes = claim('b', ['b.py', 'a-1.dist-info/INSTALLER'], { scripts: ['bin/b'] });
    expect(owners(both, [a, notes]).owned.size).toBe(0);
    const byteCode = claim('b', ['b.py', '__pycache__/a.cpython-311.pyc'], { scripts: ['bin/b'] });
    expect([...owners(both, [a, byteCode]).owned.keys()]).toEqual(['b']);
  });

  test('a wheel of which a file is not there', () => {
    const { refused } = owners(installed('a'), [claim('a', ['a.py', 'gone.py'], { scripts: ['bin/a'] })]);
    expect(refused.get('a')).toContain('gone.py is not there');
  });

  test('a wheel with a source that has no byte code, unless there is a reason', () => {
    const files = [...installed('a'), `${SITE}/late.py`, `${SITE}/tests/t.py`];
    const late = claim('a', ['a.py', 'late.py', 'tests/t.py'], { scripts: ['bin/a'] });
    expect(owners(files, [late]).refused.get('a')).toContain('late.py has no byte code');
    const excused = claim('a', ['a.py', 'tests/t.py'], { scripts: ['bin/a'] });
    expect(
      owners(
        files.filter((path) => !path.endsWith('late.py')),
        [excused],
      ).refused.size,
    ).toBe(0);
  });
});

describe('nobody brought', () => {
  const a = claim('a', ['a.py'], { scripts: ['bin/a'] });

  test('a file, a link, or a folder that no file asks for', () => {
    expect(owners([...installed('a'), 'bin/other'], [a]).stray).toEqual(['bin/other']);
    expect(owners(installed('a'), [a], { links: ['bin/python', 'lib64'] }).stray).toEqual(['lib64']);
    const folders = [...foldersOf(installed('a')), 'odd'];
    expect(owners(installed('a'), [a], { folders }).stray).toEqual(['odd']);
  });

  test('byte code without its source', () => {
    const lone = `${SITE}/__pycache__/lone.cpython-311.pyc`;
    expect(owners([...installed('a'), lone], [a]).stray).toEqual([lone]);
  });
});

test('an empty folder that the wheel holds is kept with it', () => {
  const folders = [...foldersOf(installed('a')), `${SITE}/void`];
  const a = claim('a', ['a.py'], { scripts: ['bin/a'], folders: [`${SITE}/void`, `${SITE}/absent`] });
  const { owned, stray } = owners(installed('a'), [a], { folders });
  expect(owned.get('a')?.folders).toEqual([`${SITE}/void`]);
  expect(stray).toEqual([]);
});

test.for([
  ['a/__pycache__/b.cpython-311.pyc', 'a/b.py'],
  ['__pycache__/b.c.cpython-313t.pyc', 'b.c.py'],
  ['a/b.pyc', null],
  ['a/__pycache__/b.txt', null],
] as const)('%s is the byte code of %s', ([path, source]) => {
  expect(sourceOf(path)).toBe(source);
});
