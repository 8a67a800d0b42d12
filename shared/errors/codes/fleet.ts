// 12xx: machines, agents, lanes, enrolment.
import { defineCodes } from '../entry.ts';

export const fleetCodes = defineCodes({
  'TROOP-1201': {
    message: 'not a lane name: {lane}',
    hint: "use lower-case letters, digits, '_' and '-', tokens joined with '+', at most 32 characters, such as avx2+cuda",
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1202': {
    message: 'lane {lane}: {path} {problem}',
    hint: 'write it with all, any, has and atLeast, such as {"all": [{"has": "avx2"}, {"atLeast": {"fact": "memory", "value": 64, "unit": "GiB"}}]}',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1203': {
    message: 'not a queue: {queue}',
    hint: 'a queue is <lane>.<platform>-<python>, such as avx2.linux_x86_64-cp311',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1204': {
    message: 'not a fingerprint: {problem}',
    hint: "agent and coordinator must be of the same protocol; see 'troop-agent doctor'",
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
});
