// 15xx: running and measuring.
import { defineCodes, type CatalogueEntry } from '../entry.ts';

/** What the code under inspection did: a finding, the same again when tried again. */
const finding = (message: string, hint: string): CatalogueEntry => ({
  message,
  hint,
  retryable: false,
  exitCode: 1,
  httpStatus: 422,
});

export const benchmarkCodes = defineCodes({
  'TROOP-1501': {
    message: 'the process to measure could not be started: {reason}',
    hint: "look at the machine with 'troop-agent doctor'; the trial is given to another one meanwhile",
    retryable: true,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1502': {
    message: 'the benchmark {benchmark} is not valid: {reason}',
    hint: 'correct the benchmark in the campaign file',
    retryable: false,
    exitCode: 2,
    httpStatus: 422,
  },
  'TROOP-1503': finding(
    'importing what the benchmark needs raised {type}: {detail}',
    'the stack installs but does not import here; the log of the inspection has the traceback',
  ),
  'TROOP-1504': finding(
    'the process used an instruction that this machine does not have ({signal})',
    'the stack was built for another level of CPU; keep it off lanes below that level',
  ),
  'TROOP-1505': finding(
    'the process crashed with {signal}',
    'the log of the inspection has the last lines that it wrote',
  ),
  'TROOP-1506': finding(
    '{what} was not done within {limitMs} ms',
    'raise the time limit of the campaign, or make the benchmark smaller, if that is expected',
  ),
  'TROOP-1507': finding(
    'the process ran out of memory; its limit was {limitBytes} bytes',
    'raise the memory limit of the campaign, or make the benchmark smaller, if that is expected',
  ),
  'TROOP-1508': finding(
    'the process wrote more than {limitBytes} bytes of output',
    'make the benchmark quieter: output of measured code is bounded',
  ),
  'TROOP-1509': {
    message: 'the process was ended from outside by {signal}',
    hint: 'nothing to do: another machine tries again',
    retryable: true,
    exitCode: 1,
    httpStatus: 500,
  },
  'TROOP-1510': finding(
    'the process ended with status {exitCode} before it answered',
    'the log of the inspection has the last lines that it wrote',
  ),
  'TROOP-1511': finding(
    'the benchmark raised {type}: {detail}',
    'the log of the inspection has the traceback',
  ),
  'TROOP-1512': finding(
    'the process wrote something else than an answer into the channel of the runner: {reason}',
    'something in the stack or the benchmark writes into file descriptors that are not its own',
  ),
  'TROOP-1513': finding(
    'the answer is wrong: number {position} is {seen}, expected {expected}',
    'the stack computes something else than it should, however fast',
  ),
  'TROOP-1514': finding(
    'the benchmark {benchmark} needs {package}, which the stack does not contain',
    'add the package to the requirements of the campaign, or take the benchmark out',
  ),
  'TROOP-1515': finding(
    'the script did not print a JSON object as its last line of stdout: {reason}',
    'print one JSON object, with numbers under "@result", as the last line',
  ),
  'TROOP-1516': finding(
    'the script ended with status {exitCode}',
    'the log of the inspection has the last lines that it wrote',
  ),
  'TROOP-1518': finding(
    'the process started more than {limit} processes',
    'raise the process limit of the campaign, if that is expected',
  ),
  'TROOP-1517': {
    message: 'the measurement was cancelled',
    hint: 'nothing to do: it was asked for, or the job went to another machine',
    retryable: true,
    exitCode: 1,
    httpStatus: 409,
  },
});
