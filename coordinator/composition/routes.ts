// Binds the HTTP resources to the use cases.
import { agentRoutes } from '../api/agents.ts';
import { campaignRoutes } from '../api/campaigns.ts';
import { healthRoutes } from '../api/health.ts';
import { inspectionRoutes } from '../api/inspections.ts';
import { knowledgeRoutes } from '../api/knowledge.ts';
import type { Routes } from '../api/server.ts';
import { stackRoutes } from '../api/stacks.ts';
import { tokenRoutes } from '../api/tokens.ts';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../campaign/change-state.ts';
import { createCampaign } from '../campaign/create-campaign.ts';
import { loadReport } from '../campaign/load-report.ts';
import { readScript } from '../campaign/read-script.ts';
import { campaignProgress, listCampaigns, showCampaign } from '../campaign/show-campaign.ts';
import type { OpenStream } from '../campaign/stack-stream.ts';
import { listAgents, setAdminState, showAgent } from '../fleet/agents.ts';
import { enrolAgent } from '../fleet/enrol-agent.ts';
import { createEnrolmentToken, listEnrolmentTokens, revokeEnrolmentToken } from '../fleet/tokens.ts';
import { inspectionLog } from '../inspections/inspection-log.ts';
import { listInspections, showInspection } from '../inspections/show-inspection.ts';
import { whyNotRunning } from '../inspections/why-not-running.ts';
import type { Opened } from './opened.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import { defaultTarget } from './default-target.ts';
import { stackUseCases } from './stack-use-cases.ts';
import type { RunningWork } from './start-work.ts';

export interface RouteParts extends Opened {
  readonly openStream: OpenStream;
  readonly work: RunningWork;
}

export function apiRoutes(parts: RouteParts): readonly Routes[] {
  const { database, knowledge, ids, metrics, broker, config } = parts;
  const { pool } = database;
  const target = defaultTarget(config.python);
  return [
    healthRoutes({
      version: TROOP_VERSION,
      metrics: () => metrics.read(),
      notReady: () => notReady(parts),
    }),
    tokenRoutes({
      create: (token) => createEnrolmentToken(pool, ids, token),
      list: () => listEnrolmentTokens(pool),
      revoke: (id) => revokeEnrolmentToken(pool, id),
    }),
    agentRoutes({
      enrol: (request) => enrolAgent(pool, ids, request),
      brokerFor: broker.accessFor,
      coordinatorPublicKey: parts.secrets.publicKey,
      list: () => listAgents(pool),
      show: (agent) => showAgent(pool, agent),
      decide: async (agent, state, reason) => {
        const decided = await setAdminState(pool, agent, state, reason);
        if (state === 'retired') {
          parts.work.agentKeys.forget(decided.id);
          await broker.forget(decided.id);
        }
        await parts.work.control.wake(decided.id);
        return decided;
      },
    }),
    knowledgeRoutes(knowledge.useCases),
    campaigns(parts),
    inspectionRoutes({
      list: async (filter) => {
        if (filter.campaign !== undefined) await showCampaign(pool, filter.campaign);
        return await listInspections(pool, filter);
      },
      show: (id) => showInspection(pool, id),
      logs: (id) => inspectionLog(pool, id),
      why: (id) => whyNotRunning(pool, id),
      script: (sha256) => readScript(pool, sha256),
    }),
    stackRoutes(
      stackUseCases({
        engine: parts.engine,
        resolveSnapshot: knowledge.useCases.resolveSnapshot,
        target,
      }),
    ),
  ];
}

function campaigns({ database, knowledge, ids, openStream, work }: RouteParts): Routes {
  const { pool } = database;
  return campaignRoutes({
    create: async (request, snapshot) => {
      const id = await knowledge.useCases.resolveSnapshot(snapshot);
      const created = await createCampaign({ pool, ids, openStream }, request, id);
      work.feedNow();
      return created;
    },
    list: () => listCampaigns(pool),
    show: (campaign) => showCampaign(pool, campaign),
    progress: (campaign) => campaignProgress(pool, campaign),
    report: (campaign) => loadReport(pool, campaign),
    pause: (campaign) => pauseCampaign(pool, campaign),
    resume: async (campaign) => {
      await resumeCampaign(pool, campaign);
      work.feedNow();
    },
    cancel: async (campaign) => {
      const held = await cancelCampaign(pool, campaign);
      await Promise.all(held.map(({ agentId, jobId, epoch }) => work.control.cancel(agentId, jobId, epoch)));
    },
  });
}

async function notReady({ database, broker }: RouteParts): Promise<Record<string, string>> {
  const problems: Record<string, string> = {};
  try {
    await database.pool.query('select 1');
  } catch (error) {
    problems['database'] = error instanceof Error ? error.message : String(error);
  }
  if (!broker.broker.health().connected) problems['broker'] = 'not connected';
  return problems;
}
