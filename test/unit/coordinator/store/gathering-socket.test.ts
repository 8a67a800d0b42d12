import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { GatheringSocket } from '../../../../coordinator/store/gathering-socket.ts';

function say(socket: Socket, statement: string): void {
  socket.cork();
  socket.write(`${statement} parse `);
  socket.write(`${statement} execute `);
  socket.uncork();
}

it('what is sent in one turn leaves in one packet, in its order, and nothing waits for more to come', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = new GatheringSocket();
  const packets: string[] = [];
  const writev = socket._writev?.bind(socket);
  socket._writev = (chunks, done) => {
    packets.push(chunks.map(({ chunk }) => String(chunk)).join(''));
    writev?.(chunks, done);
  };
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[accepted]] = (await Promise.all([once(server, 'connection'), once(socket, 'connect')])) as [
    [Socket],
    unknown,
  ];
  say(socket, 'first');
  say(socket, 'second');
  await once(accepted, 'data');
  say(socket, 'third');
  await once(accepted, 'data');
  expect(packets).toEqual([
    'first parse first execute second parse second execute ',
    'third parse third execute ',
  ]);
  socket.destroy();
  server.close();
});
