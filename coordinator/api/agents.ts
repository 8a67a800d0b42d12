// Machines: joining (with an enrolment token instead of a bearer token), looking, and what people decide about them.
import Type from 'typebox';
import type { AdminState, AgentView } from '../fleet/agents.ts';
import type { Enrolment, EnrolmentRequest } from '../fleet/enrol-agent.ts';
import { bodyOf, pathPart } from './input.ts';
import type { Routes } from './server.ts';

export interface AgentUseCases {
  readonly enrol: (request: EnrolmentRequest) => Promise<Enrolment>;
  /** How an agent that called us under `host` reaches the broker, with its own credentials there. */
  readonly brokerFor: (agentId: string, host: string) => Promise<BrokerAccess>;
  readonly coordinatorPublicKey: string;
  readonly list: () => Promise<readonly AgentView[]>;
  readonly show: (agent: string) => Promise<AgentView>;
  readonly decide: (
    agent: string,
    state: AdminState,
    reason: string | null,
  ) => Promise<{ id: string; name: string }>;
}

export interface BrokerAccess {
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
}

const EnrolmentSchema = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 200 }),
    publicKey: Type.String({ minLength: 1, maxLength: 1000 }),
    name: Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$' }),
  },
  { additionalProperties: false },
);

const DecisionSchema = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);

/** The order in the path → the state that it brings. */
const DECISIONS: Readonly<Record<string, AdminState>> = {
  approve: 'active',
  drain: 'draining',
  undrain: 'active',
  quarantine: 'quarantined',
  remove: 'retired',
};

export function agentRoutes(agents: AgentUseCases): Routes {
  return (app) => {
    app.post(
      '/api/v1/agents/enrol',
      { schema: { body: EnrolmentSchema, security: [] }, config: { roles: ['anybody'] } },
      async (request, reply) => {
        const { token, publicKey, name } = bodyOf(request, EnrolmentSchema);
        const enrolment = await agents.enrol({ token, publicKey, name, remoteAddress: request.ip });
        return reply.status(201).send({
          ...enrolment,
          coordinatorPublicKey: agents.coordinatorPublicKey,
          broker: await agents.brokerFor(enrolment.agentId, request.hostname),
        });
      },
    );
    app.get('/api/v1/agents', async () => ({ items: await agents.list() }));
    app.get('/api/v1/agents/:agent', (request) => agents.show(pathPart(request, 'agent')));
    for (const [order, state] of Object.entries(DECISIONS)) {
      app.post(`/api/v1/agents/:agent/${order}`, { schema: { body: DecisionSchema } }, (request) =>
        agents.decide(pathPart(request, 'agent'), state, bodyOf(request, DecisionSchema).reason ?? null),
      );
    }
  };
}
