import { expect, it } from 'vitest';
import { TroopError } from '../../../../shared/errors/troop-error.ts';
import { printError } from '../../../../shared/terminal/print-error.ts';
import { keptTerminal } from '../../../support/kept-terminal.ts';

it('prints code, what happened, what was seen besides, and what to do, and nothing on stdout', () => {
  const { terminal, stdout, stderr } = keptTerminal();
  const error = new TroopError('TROOP-1005', {
    what: 'agent',
    name: 'lab-7',
    machines: 3,
    unknown: undefined,
  });
  expect(printError(terminal, error, { json: false })).toBe(5);
  expect(stdout()).toBe('');
  expect(stderr()).toBe(
    "error[TROOP-1005]: agent lab-7 is not known\n  seen: machines 3\n  hint: 'troop agent list' shows what there is\n",
  );
});

it('prints one JSON object under --json', () => {
  const { terminal, stderr } = keptTerminal();
  const status = printError(terminal, new TroopError('TROOP-1004', { reason: 'no token' }), { json: true });
  expect(status).toBe(4);
  expect(JSON.parse(stderr())).toEqual({
    error: {
      code: 'TROOP-1004',
      message: 'not authenticated: no token',
      hint: expect.any(String) as string,
      retryable: false,
      facts: { reason: 'no token' },
    },
  });
});

it.each([
  [new Error('boom'), 'boom'],
  [new RangeError(''), 'RangeError'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('says of %s that it is a defect', (thrown, reason) => {
  const { terminal, stderr } = keptTerminal();
  expect(printError(terminal, thrown, { json: false })).toBe(1);
  expect(stderr()).toContain(`error[TROOP-1001]: internal error: ${reason}\n`);
});

it.each([
  ['TROOP-1001', 1],
  ['TROOP-1002', 2],
  ['TROOP-1003', 3],
  ['TROOP-1004', 4],
  ['TROOP-1005', 5],
  ['TROOP-1006', 6],
] as const)('ends %s with status %i', (code, status) => {
  expect(printError(keptTerminal().terminal, new TroopError(code), { json: false })).toBe(status);
});
