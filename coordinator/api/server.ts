// The HTTP server: one schema serves validation, types and the OpenAPI document; one folder or file a resource.
import swagger from '@fastify/swagger';
import { fastify, type FastifyInstance } from 'fastify';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Stoppable } from '../../shared/runtime/lifecycle.ts';
import { authenticate, type AuthenticationOptions } from './authentication.ts';
import { problemHandler } from './problem.ts';
import { refuseStrange } from './refuse-strange.ts';

/** Adds the routes of one resource. */
export type Routes = (app: FastifyInstance) => void;

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly version: string;
  readonly authentication: AuthenticationOptions;
  readonly routes: readonly Routes[];
  readonly logger: Logger;
}

export interface RunningServer extends Stoppable {
  readonly host: string;
  readonly port: number;
}

const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

/** Builds the application without listening, for tests that inject requests. */
export async function buildServer(options: Omit<ServerOptions, 'host' | 'port'>): Promise<FastifyInstance> {
  const problem = problemHandler(options.logger);
  const app = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: 0,
    forceCloseConnections: true,
    // What is wrong with an address is found before there is a route.
    frameworkErrors: (error, request, reply) => void problem(error, request, reply),
    // A key that nobody knows is a mistake that its author wants to hear of.
    ajv: { customOptions: { removeAdditional: false } },
  });
  app.setErrorHandler(problem);
  app.setNotFoundHandler((request) => {
    throw new TroopError('TROOP-1010', { method: request.method, path: request.url.split('?', 1)[0] ?? '' });
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Troop', version: options.version, license: { name: 'Apache-2.0' } },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
  authenticate(app, options.authentication);
  app.addHook('preValidation', async ({ params, query, body }) => {
    refuseStrange('the path', params);
    refuseStrange('the query', query);
    refuseStrange('the body', body);
  });
  // Validation makes numbers of texts.
  app.addHook('preHandler', async ({ query, body }) => {
    refuseStrange('the query', query);
    refuseStrange('the body', body);
  });
  for (const addRoutes of options.routes) app.register(async (scope) => addRoutes(scope));
  app.get('/api/v1/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.ready();
  return app;
}

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const app = await buildServer(options);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new TroopError('TROOP-1007', { port: options.port, host: options.host }, { cause: error });
    }
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return { name: 'HTTP API', host: options.host, port, stop: () => app.close() };
}
