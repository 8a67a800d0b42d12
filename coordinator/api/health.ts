// Is it alive, is it ready, what does it count? The two health checks are for anybody; the numbers want a token.
import type { Routes } from './server.ts';

export interface HealthOptions {
  /** Names of the parts that are not ready, with the reason. */
  readonly notReady: () => Promise<Readonly<Record<string, string>>>;
  readonly version: string;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

const forAnybody = { schema: { security: [] }, config: { roles: ['anybody'] } } as const;

export function healthRoutes(options: HealthOptions): Routes {
  return (app) => {
    app.get('/livez', forAnybody, () => ({
      status: 'alive',
      version: options.version,
    }));
    app.get('/readyz', forAnybody, async (_request, reply) => {
      const problems = await options.notReady();
      const isReady = Object.keys(problems).length === 0;
      return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', problems });
    });
    app.get('/metrics', async (_request, reply) => {
      const { contentType, text } = await options.metrics();
      return reply.type(contentType).send(text);
    });
  };
}
