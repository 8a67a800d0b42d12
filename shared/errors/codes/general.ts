// 10xx: usage, configuration, HTTP and everything that belongs to no room.
import { defineCodes } from '../entry.ts';

export const generalCodes = defineCodes({
  'TROOP-1001': {
    message: 'internal error: {reason}',
    hint: 'this is a defect of Troop; report it with the log lines around it',
    retryable: false,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1002': {
    message: '{what} is not valid: {reason}',
    hint: "correct it and call again; '--help' shows the form",
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1003': {
    message: 'the coordinator at {url} does not answer: {reason}',
    hint: "start it with 'troop up', or name another with '--url'",
    retryable: true,
    exitCode: 3,
    httpStatus: 503,
  },
  'TROOP-1004': {
    message: 'not authenticated: {reason}',
    hint: "pass '--token-file F', or use the --data directory of the running coordinator",
    retryable: false,
    exitCode: 4,
    httpStatus: 401,
  },
  'TROOP-1005': {
    message: '{what} {name} is not known',
    hint: "'troop {what} list' shows what there is",
    retryable: false,
    exitCode: 5,
    httpStatus: 404,
  },
  'TROOP-1006': {
    message: '{what} conflicts with what is there: {reason}',
    hint: 'look at it first, then call again',
    retryable: false,
    exitCode: 6,
    httpStatus: 409,
  },
  'TROOP-1007': {
    message: 'port {port} on {host} is in use',
    hint: "name another with '--port', or stop what listens there",
    retryable: false,
    exitCode: 3,
    httpStatus: 500,
  },
  'TROOP-1008': {
    message: 'the file {path} cannot be read: {reason}',
    hint: 'check the path and its permissions',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1009': {
    message: '{platform} is not supported: Troop runs on Linux, and on macOS as far as facts and builds go',
    hint: 'use a Linux machine',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1010': {
    message: 'nothing answers {method} {path}',
    hint: 'the address /api/v1/openapi.json lists everything that does; CLI and coordinator may be of different versions',
    retryable: false,
    exitCode: 5,
    httpStatus: 404,
  },
  'TROOP-1011': {
    message: 'a token of an {role} may not do this',
    hint: "use the operator's token: '--token-file F', or the --data directory of the running coordinator",
    retryable: false,
    exitCode: 4,
    httpStatus: 403,
  },
  'TROOP-1012': {
    message: 'the file {path} cannot be written: {reason}',
    hint: 'check that the folder exists, its permissions, and the room on the disk',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
});
