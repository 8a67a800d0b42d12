import { expect, it } from 'vitest';
import { readLogLevel, readWholeNumber } from '../../../../shared/runtime/settings.ts';
import { troopErrorOf } from '../../../support/troop-error-of.ts';

it('reads whole numbers up to a maximum', () => {
  expect(readWholeNumber('the port', '0', 65_535)).toBe(0);
  expect(readWholeNumber('the port', '65535', 65_535)).toBe(65_535);
});

it.each(['', ' ', '-1', '1.5', '1e3', '0x10', '65536', 'NaN', '٣', '9'.repeat(400)])(
  'refuses %j as a whole number, naming the setting',
  (text) => {
    const error = troopErrorOf(() => readWholeNumber('the port', text, 65_535));
    expect(error.code).toBe('TROOP-1002');
    expect(error.message).toContain('the port is not valid');
  },
);

it('reads log levels, and names them all when there is no such level', () => {
  expect(readLogLevel('silent')).toBe('silent');
  expect(troopErrorOf(() => readLogLevel('loud')).message).toContain('debug, info, warn, error, silent');
});
