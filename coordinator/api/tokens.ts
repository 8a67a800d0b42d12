// Enrolment tokens: `troop token create|list|revoke`.
import Type from 'typebox';
import type { CreatedToken, ListedToken, NewToken } from '../fleet/tokens.ts';
import { bodyOf, pathPart } from './input.ts';
import type { Routes } from './server.ts';

export interface TokenUseCases {
  readonly create: (token: NewToken) => Promise<CreatedToken>;
  readonly list: () => Promise<readonly ListedToken[]>;
  readonly revoke: (id: string) => Promise<void>;
}

const NewTokenSchema = Type.Object(
  {
    lab: Type.String({ minLength: 1, maxLength: 100, default: 'default' }),
    uses: Type.Integer({ minimum: 1, maximum: 10_000, default: 1 }),
    lifeSeconds: Type.Integer({ minimum: 60, maximum: 366 * 86_400, default: 3600 }),
    autoApprove: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
);

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const IdParams = Type.Object({ id: Type.String({ pattern: UUID }) });

export function tokenRoutes(tokens: TokenUseCases): Routes {
  return (app) => {
    app.post('/api/v1/tokens', { schema: { body: NewTokenSchema } }, async (request, reply) =>
      reply.status(201).send(await tokens.create(bodyOf(request, NewTokenSchema))),
    );
    app.get('/api/v1/tokens', async () => ({ items: await tokens.list() }));
    app.delete('/api/v1/tokens/:id', { schema: { params: IdParams } }, async (request, reply) => {
      await tokens.revoke(pathPart(request, 'id'));
      return reply.status(204).send();
    });
  };
}
