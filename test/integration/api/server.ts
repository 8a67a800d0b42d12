// The real HTTP API on a real database; what belongs to other rooms answers with what it was asked.
import type { FastifyInstance } from 'fastify';
import { agentRoutes } from '../../../coordinator/api/agents.ts';
import { campaignRoutes } from '../../../coordinator/api/campaigns.ts';
import { healthRoutes } from '../../../coordinator/api/health.ts';
import { inspectionRoutes } from '../../../coordinator/api/inspections.ts';
import { knowledgeRoutes } from '../../../coordinator/api/knowledge.ts';
import { buildServer } from '../../../coordinator/api/server.ts';
import { stackRoutes } from '../../../coordinator/api/stacks.ts';
import { tokenRoutes } from '../../../coordinator/api/tokens.ts';
import {
  findAgentByCredential,
  listAgents,
  setAdminState,
  showAgent,
} from '../../../coordinator/fleet/agents.ts';
import { enrolAgent } from '../../../coordinator/fleet/enrol-agent.ts';
import {
  createEnrolmentToken,
  listEnrolmentTokens,
  revokeEnrolmentToken,
} from '../../../coordinator/fleet/tokens.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';

export const OPERATOR_TOKEN = 'troop_operator_of_this_test';

export interface ApiUnderTest {
  readonly app: FastifyInstance;
  readonly database: MigratedDatabase;
  /** What keeps it from being ready. */
  readonly problems: Record<string, string>;
  close(): Promise<void>;
}

const ids = uuidIds(systemClock);
const notHere = (what: string) => (): never => {
  throw new TroopError('TROOP-1005', { what, name: 'of this test' });
};
const nothing = (what: string) => (): Promise<never> => Promise.resolve().then(notHere(what));

export async function openApi(): Promise<ApiUnderTest> {
  const database = await createMigratedDatabase();
  const { pool } = database;
  const problems: Record<string, string> = {};
  const app = await buildServer({
    version: '1.2.3',
    logger: silentLogger,
    authentication: {
      operatorToken: OPERATOR_TOKEN,
      findAgentByTokenDigest: (digest) => findAgentByCredential(pool, digest),
    },
    routes: [
      healthRoutes({
        version: '1.2.3',
        notReady: () => Promise.resolve(problems),
        metrics: () => Promise.resolve({ contentType: 'text/plain', text: 'troop_agents 0\n' }),
      }),
      tokenRoutes({
        create: (token) => createEnrolmentToken(pool, ids, token),
        list: () => listEnrolmentTokens(pool),
        revoke: (id) => revokeEnrolmentToken(pool, id),
      }),
      agentRoutes({
        enrol: (request) => enrolAgent(pool, ids, request),
        brokerFor: (agentId, host) =>
          Promise.resolve({ url: `nats://${host}:4222`, user: agentId, password: 'broker-password' }),
        coordinatorPublicKey: 'the public key',
        list: () => listAgents(pool),
        show: (agent) => showAgent(pool, agent),
        decide: (agent, state, reason) => setAdminState(pool, agent, state, reason),
      }),
      knowledgeRoutes({
        startSync: notHere('sync'),
        showSync: notHere('sync'),
        listSnapshots: () => Promise.resolve([]),
        resolveSnapshot: nothing('snapshot'),
        importSnapshot: nothing('snapshot'),
        exportSnapshot: notHere('snapshot'),
        showProject: nothing('project'),
        openFile: nothing('file'),
      }),
      campaignRoutes({
        create: () => Promise.reject(new Error('the password is hunter2')),
        list: () => Promise.resolve([]),
        show: nothing('campaign'),
        progress: nothing('campaign'),
        report: nothing('campaign'),
        pause: nothing('campaign'),
        resume: nothing('campaign'),
        cancel: nothing('campaign'),
      }),
      inspectionRoutes({
        list: () => Promise.resolve([]),
        show: nothing('inspection'),
        logs: nothing('inspection'),
        why: nothing('inspection'),
        script: nothing('script'),
      }),
      stackRoutes({
        sample: nothing('snapshot'),
        count: nothing('snapshot'),
        explain: nothing('snapshot'),
        check: nothing('snapshot'),
        neighbours: nothing('snapshot'),
        coverage: nothing('snapshot'),
      }),
    ],
  });
  return {
    app,
    database,
    problems,
    close: async () => {
      await app.close();
      await database.drop();
    },
  };
}
