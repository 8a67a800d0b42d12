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
  'TROOP-1205': {
    message: 'the enrolment token is not valid: unknown, used up, expired or revoked',
    hint: "make a new one with 'troop token create' on the coordinator",
    retryable: false,
    exitCode: 4,
    httpStatus: 401,
  },
  'TROOP-1206': {
    message: "the agent's public key cannot be used: {reason}",
    hint: "remove the agent's state directory and join again",
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1207': {
    message: 'this machine has not joined a fleet yet: there are no credentials in {directory}',
    hint: "run 'troop-agent join URL --token-file F' first",
    retryable: false,
    exitCode: 4,
    httpStatus: 401,
  },
  'TROOP-1208': {
    message: 'another agent (process {pid}) already uses the state directory {directory}',
    hint: "stop it, or give this one its own with '--state DIR'",
    retryable: false,
    exitCode: 6,
    httpStatus: 409,
  },
  'TROOP-1209': {
    message: 'this machine has no interpreter for Python {python} on {platform} any more',
    hint: "install it again, or run 'troop-agent doctor' to see which interpreters are found",
    retryable: true,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1210': {
    message: 'the local agent {name} could not join: {reason}',
    hint: "look into the logs under the data directory; 'troop up --agents 0' starts without local agents",
    retryable: true,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1211': {
    message: 'the state directory {directory} cannot be used: {reason}',
    hint: "check its permissions and the room on its disk, or give another with '--state DIR'",
    retryable: false,
    exitCode: 2,
    httpStatus: 500,
  },
});
