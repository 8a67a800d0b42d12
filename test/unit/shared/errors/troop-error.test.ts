import { expect, test } from 'vitest';
import { catalogue, isErrorCode } from '../../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';

test('fills every fact into message and hint, whatever letters and digits its name has', () => {
  const places = /\{([^{}\s":]+)\}/g;
  for (const code of Object.keys(catalogue).filter(isErrorCode)) {
    const { message, hint } = catalogue[code];
    const names = [message, hint].flatMap((text) => [...text.matchAll(places)].map(([, name]) => name ?? ''));
    const error = new TroopError(code, Object.fromEntries(names.map((name) => [name, 'said'])));
    expect(`${code} ${error.message} ${error.hint}`).not.toMatch(places);
  }
});

test('leaves a place whose fact is missing to be seen', () => {
  expect(new TroopError('TROOP-1312', {}).message).toContain('{sha256}');
  expect(new TroopError('TROOP-1312', { sha256: 'abc' }).message).toBe('script abc is not known');
});
