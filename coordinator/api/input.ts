// Reading the input of a route: the schema is given to fastify for validation and documentation, and types what the
// handler sees.
import type { FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';

/** The body of a request whose route has `schema.body` set to this very schema. */
export function bodyOf<Schema extends TSchema>(request: FastifyRequest, _schema: Schema): Static<Schema> {
  return request.body as Static<Schema>;
}

/** The query of a request whose route has `schema.querystring` set to this very schema. */
export function queryOf<Schema extends TSchema>(request: FastifyRequest, _schema: Schema): Static<Schema> {
  return request.query as Static<Schema>;
}

/** One named part of the path. */
export function pathPart(request: FastifyRequest, name: string): string {
  const value = (request.params as Readonly<Record<string, string | undefined>>)[name];
  return value ?? '';
}
