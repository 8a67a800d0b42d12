import { expect, test } from 'vitest';
import {
  dataDirectoryLayout,
  defaultDataDirectory,
} from '../../../../coordinator/embedded/data-directory.ts';

test.each([
  [{ TROOP_DATA: '/srv/troop', XDG_DATA_HOME: '/x', HOME: '/home/a' }, true, '/srv/troop'],
  [{ TROOP_DATA: '', HOME: '/root' }, true, '/var/lib/troop'],
  [{ XDG_DATA_HOME: '/x', HOME: '/home/a' }, false, '/x/troop'],
  [{ XDG_DATA_HOME: 'relative', HOME: '/home/a' }, false, '/home/a/.local/share/troop'],
  [{ HOME: '/home/a' }, false, '/home/a/.local/share/troop'],
])('the data of %j (root: %j) lie in %s', (environment, isRoot, expected) => {
  expect(defaultDataDirectory(environment, isRoot)).toBe(expected);
});

test('the layout is below the directory', () => {
  const { path, ...parts } = dataDirectoryLayout('/srv/troop');
  expect(path).toBe('/srv/troop');
  expect(Object.values(parts).every((part) => part.startsWith('/srv/troop/'))).toBe(true);
});
