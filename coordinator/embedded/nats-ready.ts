// Whether our NATS server listens on a port: it greets everybody with a line of JSON that holds its name.
import { connect } from 'node:net';

const GREETING_WITHIN_MS = 1_000;

/** Name of the NATS server there, or null when none greets. */
export function natsServerNameAt(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let text = '';
    const finish = (name: string | null): void => {
      socket.destroy();
      resolve(name);
    };
    socket.setTimeout(GREETING_WITHIN_MS, () => finish(null));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const name = /"server_name":"([^"]*)"/.exec(text)?.[1];
      if (name !== undefined) finish(name);
      else if (text.includes('\r\n') || text.length > 65_536) finish(null);
    });
    socket.once('error', () => finish(null));
    socket.once('close', () => finish(null));
  });
}
