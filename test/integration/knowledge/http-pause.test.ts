import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { createHttpClient } from '../../../coordinator/knowledge/http/http-client.ts';
import { CredentialStore } from '../../../shared/pip/credentials.ts';

let server: Server | undefined;
let agent: Agent | undefined;

afterEach(async () => {
  await agent?.destroy();
  server?.close();
});

it('nobody asks a server before the pause is over that it asked one of us for', async () => {
  const slept: number[] = [];
  const sleptAtRequest: number[][] = [];
  let nowMs = 0;
  let answered = 0;
  server = createServer((_request, response) => {
    answered += 1;
    if (answered === 1) response.writeHead(429, { 'retry-after': '7' });
    response.end('page');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  agent = new Agent();
  const dispatcher = agent;
  const client = createHttpClient({
    dispatchers: {
      for: () => {
        sleptAtRequest.push([...slept]);
        return dispatcher;
      },
      close: () => Promise.resolve(),
    },
    credentials: new CredentialStore(),
    clock: {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: (durationMs) => {
        slept.push(durationMs);
        nowMs += durationMs;
        return Promise.resolve();
      },
    },
    random: () => 0.5,
    limits: { total: 1, perHost: 1 },
  });
  const { port } = server.address() as AddressInfo;
  const ask = (name: string) =>
    client.request({
      url: `http://127.0.0.1:${port}/${name}`,
      maximumBytes: 1000,
      signal: new AbortController().signal,
    });
  const answers = await Promise.all([ask('a'), ask('b')]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(sleptAtRequest).toEqual([[], [7000], [7000]]);
});
