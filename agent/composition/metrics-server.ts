// /metrics of an agent, on loopback. It holds nothing secret and answers nothing else.
import { createServer } from 'node:http';
import type { Stoppable } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';

export interface MetricsServer extends Stoppable {
  readonly url: string;
}

/** Null when the port is taken: an agent without metrics still works. Port 0 takes a free one. */
export async function serveMetrics(
  port: number,
  read: () => Promise<{ readonly contentType: string; readonly text: string }>,
  logger: Logger,
): Promise<MetricsServer | null> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    read().then(
      ({ contentType, text }) => response.writeHead(200, { 'content-type': contentType }).end(text),
      (error: unknown) => {
        logger.warn({ err: error }, 'the metrics could not be read');
        response.writeHead(500).end();
      },
    );
  });
  const listening = await new Promise<boolean>((resolve) => {
    server.once('error', (error) => {
      logger.warn({ err: error, port }, 'no metrics are served');
      resolve(false);
    });
    server.listen({ host: '127.0.0.1', port }, () => resolve(true));
  });
  if (!listening) return null;
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    name: 'metrics',
    url: `http://127.0.0.1:${actual}/metrics`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
