// 14xx: building a stack on a machine, and the sandbox that builds and benchmarks run in.
import { defineCodes } from '../entry.ts';

export const buildCodes = defineCodes({
  'TROOP-1490': {
    message: 'the {kind} sandbox could not be set up: {reason}',
    hint: "'troop-agent doctor' says which ways of isolation work on this machine",
    retryable: true,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1491': {
    message: '{program} cannot be run in a sandbox: {reason}',
    hint: 'give the absolute path of an executable file, without "=" in it',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1492': {
    message: 'no sandbox works on this machine: {reason}',
    hint: 'install bubblewrap, or util-linux 2.38 or newer',
    retryable: false,
    exitCode: 1,
    httpStatus: 500,
  },
});
