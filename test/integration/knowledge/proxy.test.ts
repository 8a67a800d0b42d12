// A real forward proxy on loopback: what pip's proxy setting, with user and password, does to our requests.
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpIndex } from '../../../coordinator/knowledge/index/http-index.ts';
import { startFakeIndex } from '../../support/fake-index.ts';
import { openTestAccess, removeFolder } from '../../support/fake-index-access.ts';
import { makeWheel } from '../../support/fake-index-files.ts';

const signal = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function startProxy(): Promise<{
  address: string;
  seen: { target: string; user: string | undefined }[];
}> {
  const seen: { target: string; user: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const note = (request: IncomingMessage): void => {
    seen.push({ target: request.url ?? '', user: request.headers['proxy-authorization'] });
  };
  const relay = (request: IncomingMessage, response: ServerResponse): void => {
    note(request);
    const onward = forward(
      request.url ?? '',
      { method: request.method, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(onward);
  };
  const server = createServer(relay);
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    note(request);
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket);
      socket.pipe(onward);
    });
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on('error', () => {});
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('a proxy', () => {
  it.each(['configured in pip', 'of the environment'])(
    '%s carries every request, with its user',
    async (way) => {
      const index = await startFakeIndex();
      closing.push(() => index.close());
      index.add('demo', makeWheel({ name: 'demo', version: '1.0' }));
      const proxy = await startProxy();
      const url = `http://me:s3cret@${proxy.address}`;
      const settings =
        way === 'configured in pip' ? { proxy: url } : { environmentProxies: { http: url, https: url } };
      const access = await openTestAccess({ indexUrl: index.url, ...settings });
      closing.push(
        () => access.close(),
        () => removeFolder(access.directory),
      );
      expect((await httpIndex(index.url, access).project('demo', signal))?.files).toHaveLength(1);
      expect(proxy.seen).toHaveLength(1);
      expect(proxy.seen[0]?.user).toBe(`Basic ${Buffer.from('me:s3cret').toString('base64')}`);
      expect(index.requests[0]?.headers['proxy-authorization']).toBeUndefined();
    },
  );

  it('of the environment leaves out the hosts that it is told to', async () => {
    const index = await startFakeIndex();
    closing.push(() => index.close());
    const proxy = await startProxy();
    const environmentProxies = { http: `http://${proxy.address}`, no: '127.0.0.1' };
    const access = await openTestAccess({ indexUrl: index.url, environmentProxies });
    closing.push(
      () => access.close(),
      () => removeFolder(access.directory),
    );
    expect(await httpIndex(index.url, access).project('demo', signal)).toBeNull();
    expect(proxy.seen).toEqual([]);
  });
});
