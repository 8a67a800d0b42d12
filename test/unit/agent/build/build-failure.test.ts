import { describe, expect, test } from 'vitest';
import { buildFailureOf } from '../../../../agent/build/build-failure.ts';
import { buildCodes } from '../../../../shared/errors/codes/build.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';

const NOT_OF_A_BUILD = ['TROOP-1420', 'TROOP-1491', 'TROOP-1492'];

describe('every error of a build says whose it is', () => {
  test.each(Object.keys(buildCodes) as (keyof typeof buildCodes)[])('%s', (code) => {
    const failure = buildFailureOf(new TroopError(code), false);
    expect(failure === null).toBe(NOT_OF_A_BUILD.includes(code));
    // What is the stack's is so everywhere: trying again elsewhere would be for nothing.
    expect(failure?.cause === 'stack' && failure.error.retryable).toBe(false);
  });
});

test('time and memory are the stack’s to use only where its own program runs', () => {
  for (const code of ['TROOP-1412', 'TROOP-1413'] as const) {
    expect(buildFailureOf(new TroopError(code), false)?.cause).toBe('fleet');
    expect(buildFailureOf(new TroopError(code), true)?.cause).toBe('stack');
  }
});

test('a defect is not a failure of a build', () => {
  expect(buildFailureOf(new Error('unexpected'), false)).toBeNull();
});
