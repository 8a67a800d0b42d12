import { expect, test } from 'vitest';
import { checkRequirements } from '../../../../agent/build/check-requirements.ts';
import type { LockedStack } from '../../../../shared/stack/stack.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

const stack: LockedStack = {
  stack_id: 'sha256:0',
  lock_digest: 'sha256:0',
  environment: { implementation: 'cpython', python: '3.11', platform: 'linux_x86_64' },
  packages: [],
};

/** `user 1.0` with these requirements, beside `base 2.0rc1`. */
const check = (requires: readonly string[], standIns = {}): void =>
  checkRequirements(
    new Map([
      ['user', { version: '1.0', requires }],
      ['base', { version: '2.0rc1', requires: [] }],
    ]),
    { ...stack, standIns },
  );

test.each([
  ['any version', 'base'],
  ['a pre-release that was chosen', 'Base>=2.0b1,<3'],
  ['a dependency of an extra', 'absent; extra == "all"'],
  ['a dependency of another system', 'absent; sys_platform == "win32"'],
  ['a dependency of other patch levels, as the stack was resolved', 'absent; python_full_version < "3.11.3"'],
  ['what is no requirement', '>=1 nonsense ('],
])('is content with %s', (_what, requirement) => {
  expect(() => check([requirement])).not.toThrow();
});

test('names what is missing and what has the wrong version, all of it', () => {
  const error = troopErrorOf(() => check(['absent>=1', 'base<2.0a1']));
  expect(error.code).toBe('TROOP-1411');
  expect(error.facts['reason']).toBe(
    'user 1.0 requires absent>=1, but absent is not installed; user 1.0 requires base<2.0a1, but base is 2.0rc1',
  );
});

test('does not miss a project for which another one stands', () => {
  check(['absent>=1'], { absent: 'base' });
  expect(troopErrorOf(() => check(['absent>=1', 'other'], { absent: 'base' })).facts['reason']).toContain(
    'other',
  );
});
