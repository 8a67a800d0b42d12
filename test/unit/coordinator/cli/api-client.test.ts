import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '../../../../coordinator/cli/api-client.ts';
import { TroopError } from '../../../../shared/errors/troop-error.ts';

let server: Server;
let api: ApiClient;
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
let respond: (response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  respond = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = createApiClient({ url: `http://127.0.0.1:${port}`, token: 'secret', timeoutMs: 2000 });
});
afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

const errorOf = (promise: Promise<unknown>): Promise<TroopError> =>
  promise.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => (error instanceof TroopError ? error : Promise.reject(error as Error)),
  );

const problem = (status: number, body: unknown) => (response: ServerResponse) =>
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));

describe('the client of the API', () => {
  it('shows its token and speaks JSON', async () => {
    expect(await api.get('/agents')).toEqual({ a: 1 });
    await api.post('/tokens', { uses: 2 });
    await api.post('/campaigns/c/pause');
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['GET', '/api/v1/agents', ''],
      ['POST', '/api/v1/tokens', '{"uses":2}'],
      ['POST', '/api/v1/campaigns/c/pause', '{}'],
    ]);
    for (const { headers } of seen) expect(headers.authorization).toBe('Bearer secret');
    expect(seen[0]?.headers['content-type']).toBeUndefined();
    expect(seen[1]?.headers['content-type']).toBe('application/json');
  });

  it('takes an answer without a body', async () => {
    respond = (response) => response.writeHead(204).end();
    expect(await api.delete('/tokens/7')).toBeNull();
  });

  it('streams both ways', async () => {
    expect(await text(await api.download('/knowledge/export'))).toBe('{"a":1}');
    await api.upload('/knowledge/import', Readable.from(['line 1\n', 'line 2\n']));
    expect(seen[1]).toMatchObject({
      body: 'line 1\nline 2\n',
      headers: { 'content-type': 'application/octet-stream' },
    });
  });

  it('gives the very error that the coordinator met', async () => {
    respond = problem(404, { code: 'TROOP-1005', facts: { what: 'agent', name: 'lab-7' }, detail: 'x' });
    const error = await errorOf(api.get('/agents/lab-7'));
    expect(error).toMatchObject({ code: 'TROOP-1005', message: 'agent lab-7 is not known', exitCode: 5 });
  });

  it('shows what an error of a newer coordinator says', async () => {
    respond = problem(418, { code: 'TROOP-9999', detail: 'I am a teapot' });
    expect((await errorOf(api.get('/x'))).message).toContain('I am a teapot');
  });

  it('says that it is no coordinator when something else answers', async () => {
    respond = (response) => response.writeHead(502).end('<html>bad gateway</html>');
    expect(await errorOf(api.get('/x'))).toMatchObject({ code: 'TROOP-1003', exitCode: 3 });
  });

  it('says that nobody answers, without the token', async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const error = await errorOf(api.get('/x'));
    expect(error).toMatchObject({ code: 'TROOP-1003', exitCode: 3 });
    expect(error.message).toContain('ECONNREFUSED');
    expect(JSON.stringify(error.serialise())).not.toContain('secret');
  });
});
