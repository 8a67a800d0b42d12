import { describe, expect, it } from 'vitest';
import { foldName, isValidName, normalizeName } from '../../../../shared/stack/name.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

describe('project names', () => {
  it.each([
    ['Django', 'django'],
    ['zope.interface', 'zope-interface'],
    ['ruamel_yaml', 'ruamel-yaml'],
    ['a-_.b', 'a-b'],
    ['X', 'x'],
  ])('%s is normalised to %s', (raw, normalised) => {
    expect(normalizeName(raw)).toBe(normalised);
    expect(normalizeName(normalised)).toBe(normalised);
  });

  it.each(['', '-a', 'a-', '.a', 'a b', 'ä', 'a/b', 'x'.repeat(300)])('%j is refused', (raw) => {
    expect(isValidName(raw)).toBe(false);
    expect(troopErrorOf(() => normalizeName(raw)).code).toBe('TROOP-1801');
  });

  it('folds any text without judging it', () => {
    expect(foldName('Foo__Bar.')).toBe('foo-bar-');
  });
});
