// Who calls: the operator with the token of the data directory, or an agent with its own. Code being built has network,
// so loopback is not a wall and every route but the two health checks wants a token.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TroopError } from '../../shared/errors/troop-error.ts';

export type Caller = { readonly role: 'operator' } | { readonly role: 'agent'; readonly agentId: string };
export type Role = Caller['role'] | 'anybody';

export interface AuthenticationOptions {
  readonly operatorToken: string;
  /** The agent whose token has this SHA-256, or null. */
  readonly findAgentByTokenDigest: (digest: Buffer) => Promise<string | null>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; the operator may call every route. Absent: the operator alone. */
    readonly roles?: readonly Role[];
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export const digestOfToken = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

/** Adds the check to every route registered after it. */
export function authenticate(app: FastifyInstance, options: AuthenticationOptions): void {
  const operatorDigest = digestOfToken(options.operatorToken);

  const callerOf = async (request: FastifyRequest): Promise<Caller> => {
    const token = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      throw new TroopError('TROOP-1004', { reason: 'the request carries no bearer token' });
    }
    const digest = digestOfToken(token);
    if (timingSafeEqual(digest, operatorDigest)) return { role: 'operator' };
    const agentId = await options.findAgentByTokenDigest(digest);
    if (agentId === null) throw new TroopError('TROOP-1004', { reason: 'the token is not known' });
    return { role: 'agent', agentId };
  };

  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const roles = request.routeOptions.config.roles ?? [];
    if (roles.includes('anybody')) return;
    const caller = await callerOf(request);
    if (caller.role !== 'operator' && !roles.includes(caller.role)) {
      throw new TroopError('TROOP-1011', { role: caller.role });
    }
    request.caller = caller;
  });
}
