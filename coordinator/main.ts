// The coordinator's composition root: opens everything in order, starts to work, stops in the reverse order.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coordinatorMetrics } from '../shared/metrics/coordinator-metrics.ts';
import { createMetrics } from '../shared/metrics/metrics.ts';
import { uuidIds } from '../shared/runtime/ids.ts';
import { createLifecycle, type Lifecycle } from '../shared/runtime/lifecycle.ts';
import { TROOP_VERSION } from '../shared/runtime/version.ts';
import { startServer, type RunningServer } from './api/server.ts';
import { defaultTarget } from './composition/default-target.ts';
import { startLocalAgents } from './composition/local-agents.ts';
import { collectMetrics } from './composition/collect-metrics.ts';
import { openBroker } from './composition/open-broker.ts';
import { openDatabase } from './composition/open-database.ts';
import { openKnowledge } from './composition/open-knowledge.ts';
import { apiRoutes } from './composition/routes.ts';
import { openSecrets } from './composition/secrets.ts';
import { startWork } from './composition/start-work.ts';
import type { CoordinatorTools, Opened } from './composition/opened.ts';
import { openDataDirectory } from './embedded/data-directory.ts';
import { findAgentByCredential } from './fleet/agents.ts';
import { createEnrolmentToken } from './fleet/tokens.ts';
import { campaignStreams } from './sampling/campaign-streams.ts';
import { openWorkerEngine } from './sampling/worker-engine.ts';

export interface RunningCoordinator {
  readonly url: string;
  readonly operatorToken: string;
  readonly dataDirectory: string;
  /** What runs, for people. */
  readonly parts: readonly string[];
  stop(): Promise<void>;
}

const STOP_DEADLINE_MS = 30_000;
/** What `troop up` leaves for the other commands; see cli/discover.ts. */
const NOTE_FILE = 'coordinator.json';

/** Throws the TroopError of whatever could not be opened, after closing what was. */
export async function startCoordinator(tools: CoordinatorTools): Promise<RunningCoordinator> {
  const lifecycle = createLifecycle({ ...tools, stopDeadlineMs: STOP_DEADLINE_MS });
  try {
    const opened = await openAll(tools, lifecycle);
    return await serve(opened);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function openAll(tools: CoordinatorTools, lifecycle: Lifecycle): Promise<Opened> {
  const { config, clock, logger, say } = tools;
  const ids = uuidIds(clock);
  const random = (): number => Math.random();
  const data = await openDataDirectory(config.dataDirectory);
  lifecycle.started({ name: 'data directory', stop: () => data.release() });
  const secrets = await openSecrets(data.secrets);
  const common = { ...tools, lifecycle, ids, random, data, secrets };
  say(config.databaseUrl === null ? 'starting PostgreSQL' : 'connecting to PostgreSQL');
  const database = await openDatabase(common);
  say(config.brokerUrl === null ? 'starting NATS' : 'connecting to the broker');
  const broker = await openBroker(common);
  const target = defaultTarget(config.python);
  const knowledge = await openKnowledge({ ...common, pool: database.pool, python: config.python, ...target });
  const engine = openWorkerEngine({ settings: { knowledge: { databaseUrl: database.url } }, logger });
  lifecycle.started(engine);
  const metrics = createMetrics(coordinatorMetrics, { processMetrics: 'all' });
  return { ...common, database, broker, knowledge, engine, metrics };
}

async function serve(opened: Opened): Promise<RunningCoordinator> {
  const { config, database, broker, data, secrets, lifecycle, logger, engine, say } = opened;
  const { pool } = database;
  const openStream = campaignStreams(engine);
  const work = await startWork({
    ...opened,
    pool,
    broker: broker.broker,
    openStream,
    privateKey: secrets.privateKey,
  });
  collectMetrics({ metrics: opened.metrics, pool, broker: broker.broker });
  const server = await startServer({
    host: config.host,
    port: config.port,
    version: TROOP_VERSION,
    authentication: {
      operatorToken: secrets.operatorToken,
      findAgentByTokenDigest: (digest) => findAgentByCredential(pool, digest),
    },
    routes: apiRoutes({ ...opened, openStream, work }),
    logger,
  });
  lifecycle.started(server);
  const url = urlOf(server);
  await leaveNote(opened, url);
  lifecycle.started({ name: 'note', stop: () => rm(join(data.path, NOTE_FILE), { force: true }) });
  if (config.agents > 0) {
    say(config.agents === 1 ? 'starting the local agent' : `starting ${config.agents} local agents`);
    lifecycle.started(await startAgents(opened, url));
  }
  logger.info({ url, database: database.description, broker: broker.description }, 'the coordinator serves');
  return {
    url,
    operatorToken: secrets.operatorToken,
    dataDirectory: data.path,
    parts: [database.description, broker.description],
    stop: () => lifecycle.stop(),
  };
}

/** Who listens everywhere is called on loopback from this machine. */
function urlOf({ host, port }: RunningServer): string {
  const named = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${named.includes(':') ? `[${named}]` : named}:${port}`;
}

async function leaveNote({ data, clock }: Opened, url: string): Promise<void> {
  const note = { url, pid: process.pid, startedAt: new Date(clock.nowMs()).toISOString() };
  await writeFile(join(data.path, NOTE_FILE), `${JSON.stringify(note)}\n`, { mode: 0o600 });
}

function startAgents(opened: Opened, url: string): ReturnType<typeof startLocalAgents> {
  const { config, database, ids } = opened;
  return startLocalAgents({
    ...opened,
    count: config.agents,
    url,
    newToken: async () => {
      const wanted = { lab: 'local', uses: 1, lifeSeconds: 120, autoApprove: true };
      return (await createEnrolmentToken(database.pool, ids, wanted)).token;
    },
  });
}
