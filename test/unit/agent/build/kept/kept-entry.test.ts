import { expect, test } from 'vitest';
import { isInside, parseEntry } from '../../../../../agent/build/kept/kept-entry.ts';

const entry = {
  key: 'k',
  files: ['lib/a.py'],
  own: [{ path: 'bin/a', mode: 0o755, modifiedMs: 1, content: '' }],
  folders: ['lib'],
  links: [{ path: 'lib64', target: 'lib' }],
  bytes: 1,
};

test('an entry is read as it was written', () => {
  expect(parseEntry(JSON.stringify(entry))).toEqual(entry);
});

test.for([
  '',
  JSON.stringify(entry).slice(0, -1),
  'null',
  '[]',
  JSON.stringify({ ...entry, bytes: undefined }),
  JSON.stringify({ ...entry, files: ['../outside'] }),
  JSON.stringify({ ...entry, folders: ['/tmp'] }),
  JSON.stringify({ ...entry, own: [{ ...entry.own[0], path: 'a/../../b' }] }),
  JSON.stringify({ ...entry, links: [{ path: '..', target: 'lib' }] }),
])('%s is no entry', (text) => {
  expect(parseEntry(text)).toBeNull();
});

test.for(['', '.', '..', '../a', '/a', 'a/', 'a//b', 'a/./b', 'a/../b', 'a\0b', null, 1])(
  '%j names nothing inside',
  (path) => {
    expect(isInside(path)).toBe(false);
  },
);
