// A TCP proxy that fails as networks do: it goes silent and closes nothing, so that both ends believe in a connection
// that carries nothing any more; or it keeps back what one end says.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpFaultProxy {
  readonly port: number;
  /** Every connection carries nothing any more, for ever; new ones neither, until `heal`. */
  goSilent(): void;
  /** New connections work again; those that went silent stay so. */
  heal(): void;
  /** Keeps back what the server says on every connection, until `release`. */
  holdAnswers(): void;
  release(): void;
  /** Bytes that clients have sent and that were carried to the server. */
  readonly carried: number;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  isSilent: boolean;
  readonly held: Buffer[];
}

export async function startTcpFaultProxy(target: { host: string; port: number }): Promise<TcpFaultProxy> {
  const links = new Set<Link>();
  let isSilent = false;
  let holdsAnswers = false;
  let carried = 0;

  const listener = createServer((client) => {
    const server = connect(target.port, target.host);
    const link: Link = { client, server, isSilent, held: [] };
    links.add(link);
    client.on('data', (bytes) => {
      if (link.isSilent) return;
      carried += bytes.length;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (link.isSilent) return;
      if (holdsAnswers) link.held.push(bytes);
      else client.write(bytes);
    });
    const end = (other: Socket) => (): void => {
      // Who is gone cannot be heard of through a link that carries nothing.
      if (!link.isSilent) other.destroy();
    };
    client.on('close', end(server));
    server.on('close', end(client));
    for (const socket of [client, server]) socket.on('error', () => {});
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    port: (listener.address() as AddressInfo).port,
    goSilent: () => {
      isSilent = true;
      for (const link of links) link.isSilent = true;
    },
    heal: () => {
      isSilent = false;
    },
    holdAnswers: () => {
      holdsAnswers = true;
    },
    release: () => {
      holdsAnswers = false;
      for (const { client, held } of links) for (const bytes of held.splice(0)) client.write(bytes);
    },
    get carried() {
      return carried;
    },
    close: async () => {
      for (const { client, server } of links) {
        client.destroy();
        server.destroy();
      }
      listener.close();
      await once(listener, 'close');
    },
  };
}
