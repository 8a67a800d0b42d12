import { expect, test } from 'vitest';
import { decodeExit } from '../../../../agent/sandbox/decode-exit.ts';

test.each([
  [0, null, true, { exitCode: 0, signal: null }],
  [1, null, true, { exitCode: 1, signal: null }],
  [128, null, true, { exitCode: 128, signal: null }],
  [132, null, true, { exitCode: null, signal: 'SIGILL' }],
  [134, null, true, { exitCode: null, signal: 'SIGABRT' }],
  [137, null, false, { exitCode: 137, signal: null }],
  [137, null, true, { exitCode: null, signal: 'SIGKILL' }],
  [255, null, true, { exitCode: 255, signal: null }],
  [null, 'SIGSEGV', true, { exitCode: null, signal: 'SIGSEGV' }],
] as const)('status %s, signal %s, from a launcher inside: %s', (code, signal, fromLauncher, expected) => {
  expect(decodeExit(code, signal, fromLauncher)).toEqual(expected);
});
