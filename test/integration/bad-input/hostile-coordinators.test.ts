// Whoever answers where a coordinator should be: endlessly, never to the end, in another form, with errors of a strange shape.
// Commands, machines that join, and agents that fetch scripts each give it up with a code and a hint, bounded in bytes and time.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCoordinatorHttp } from '../../../agent/enrolment/coordinator-http.ts';
import { probeCoordinator } from '../../../agent/enrolment/doctor/probe-coordinator.ts';
import { joinFleet } from '../../../agent/enrolment/join-fleet.ts';
import { createApiClient } from '../../../coordinator/cli/api-client.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { Trial } from '../../../shared/protocol/claim-message.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { answerOf, seenIn, type Refusal } from '../../support/bad-input.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let home: TemporaryDirectory;
let server: Server;
let url: string;
let answer: (response: ServerResponse) => void = (response) => response.end();
beforeAll(async () => {
  home = await temporaryDirectory();
  await writeFile(join(home.path, 'token'), 'troop_join_x');
  server = createServer((request, response) => {
    request.resume();
    response.on('error', () => {});
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await home.remove();
});

/** Writes for as long as somebody reads. */
const endless = (response: ServerResponse): void => {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
};
const begun = (response: ServerResponse): void => void response.write('{"items":');
const cut = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{"items":', () => response.destroy());
};
const says =
  (status: number, body: string) =>
  (response: ServerResponse): void =>
    void response.writeHead(status).end(body);
const problem = (code: string, facts: unknown, more: object = {}): ((response: ServerResponse) => void) =>
  says(422, JSON.stringify({ code, facts, ...more }));

const START = "start it with 'troop up', or name another with '--url'";
type Row = readonly [what: string, act: typeof answer, ...rest: [ErrorCode, number, string, string]];
const ANSWERS: readonly Row[] = [
  ['endlessly', endless, 'TROOP-1003', 3, 'its answer is longer than', START],
  ['and breaks off', cut, 'TROOP-1003', 3, 'does not answer', START],
  ['in HTML', says(200, '<html>'), 'TROOP-1003', 3, 'does not answer: something else answers', START],
  ['with null', says(200, 'null'), 'TROOP-1003', 3, 'something else answers', START],
  ['with a number', says(200, '7'), 'TROOP-1003', 3, 'something else answers', START],
  ['with nothing', says(200, ''), 'TROOP-1003', 3, 'something else answers', START],
  ['with 502 in HTML', says(502, '<html>'), 'TROOP-1003', 3, 'HTTP 502 without a readable body', START],
  ['with 500 and null', says(500, 'null'), 'TROOP-1003', 3, 'HTTP 500 without a readable body', START],
  ['with no code', says(500, '{"detail":{"a":1}}'), 'TROOP-1003', 3, 'HTTP 500', START],
  [
    'as another service',
    says(500, '{"detail":"bad gateway"}'),
    'TROOP-1003',
    3,
    'HTTP 500: bad gateway',
    START,
  ],
  ['with a code of no catalogue', problem('toString', {}), 'TROOP-1003', 3, 'HTTP 422', START],
  ['with a list for a code', says(400, '{"code":["TROOP-1002"]}'), 'TROOP-1003', 3, 'HTTP 400', START],
  [
    'with facts that are none',
    problem('TROOP-1005', { what: { toString: 1 }, name: ['x'] }),
    'TROOP-1005',
    5,
    'error[TROOP-1005]',
    'hint',
  ],
  [
    'with an error that would clear the screen',
    problem('TROOP-1005', { what: 'campaign', name: '\u001b[2J\u009b2J' }),
    'TROOP-1005',
    5,
    '\uFFFD[2J\uFFFD2J',
    'hint',
  ],
];

describe(`a coordinator that answers a command in ${ANSWERS.length + 1} wrong ways`, () => {
  const api = (): ReturnType<typeof createApiClient> =>
    createApiClient({ url, token: 'x', timeoutMs: 60_000, answerBytes: 1024 * 1024 });

  test.each(ANSWERS)('%s', async (...[, act, code, status, text, hint]) => {
    answer = act;
    const wanted: Refusal = { code, status, says: text, hint };
    expect(seenIn(await answerOf(() => api().get('/campaigns')), wanted)).toEqual(wanted);
  });

  test('but never to the end', async () => {
    answer = begun;
    const slow = createApiClient({ url, token: 'x', timeoutMs: 50 });
    const seen = await answerOf(() => slow.get('/campaigns'));
    expect(seen.status).toBe(3);
    expect(seen.stderr).toMatch(/TROOP-1003.*does not answer/);
  });
});

const JOINED: readonly Row[] = [
  ['endlessly', endless, 'TROOP-1003', 3, 'its answer is longer than', START],
  ['and breaks off', cut, 'TROOP-1003', 3, 'does not answer', START],
  ['in HTML', says(200, '<html>'), 'TROOP-1003', 3, 'it answers, but not as a coordinator', START],
  ['with half of it', says(201, '{"agentId":"a"}'), 'TROOP-1003', 3, 'but not as a coordinator', START],
  ['with 500 in HTML', says(500, '<html>'), 'TROOP-1003', 3, 'HTTP 500', START],
  ['with facts that are none', problem('TROOP-1205', [{}]), 'TROOP-1205', 4, 'error[TROOP-1205]', 'hint'],
];

describe(`a coordinator that answers a machine that joins in ${JOINED.length} wrong ways`, () => {
  test.each(JOINED)('%s', async (...[, act, code, status, text, hint]) => {
    answer = act;
    const wanted: Refusal = { code, status, says: text, hint };
    const joining = (): Promise<unknown> =>
      joinFleet({
        url,
        name: 'machine',
        tokenFile: join(home.path, 'token'),
        credentialsPath: join(home.path, 'credentials.json'),
        readStandardInput: () => Promise.resolve(''),
      });
    expect(seenIn(await answerOf(joining), wanted)).toEqual(wanted);
  });
});

describe('a coordinator of which an agent wants a script', () => {
  const trial = { scripts: [{ sha256: '0'.repeat(64), name: 'bench.py' }] } as unknown as Trial;
  const fetching = (): Promise<unknown> =>
    createCoordinatorHttp({ coordinatorUrl: url, token: 'x' }).fetchScripts(
      trial,
      home.path,
      new AbortController().signal,
    );

  test.each([
    ['and gets one without end', endless, 'script bench.py has another hash'],
    ['and gets one cut off', cut, 'does not answer'],
    ['and gets another', says(200, 'other'), 'script bench.py has another hash'],
    ['and gets none', says(404, ''), 'HTTP 404'],
  ])('%s', async (...[, act, text]) => {
    answer = act;
    const wanted: Refusal = { code: 'TROOP-1003', status: 3, says: text, hint: START };
    expect(seenIn(await answerOf(fetching), wanted)).toEqual(wanted);
  });
});

test('a coordinator that the doctor looks for, and that never stops talking, is told as unreachable', async () => {
  answer = endless;
  const probe = await probeCoordinator({ coordinatorUrl: url, token: 'x' }, systemClock);
  expect(probe).toMatchObject({ reachable: false, reason: expect.stringContaining('longer than') as string });
});
