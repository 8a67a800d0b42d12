// The agent's composition root: opens everything in order, starts the loops, stops in the reverse order.
import { homedir } from 'node:os';
import { openAgentBroker } from '../shared/broker/open-broker.ts';
import { TroopError } from '../shared/errors/troop-error.ts';
import type { AgentLife } from '../shared/inspection/agent-life.ts';
import { hardwareDigest } from '../shared/machine/hardware.ts';
import { inboxPrefix } from '../shared/protocol/subjects.ts';
import type { Clock } from '../shared/runtime/clock.ts';
import { tryLock } from '../shared/runtime/file-lock.ts';
import { uuidIds } from '../shared/runtime/ids.ts';
import { createLifecycle, type Lifecycle } from '../shared/runtime/lifecycle.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import { makeFolder } from '../shared/runtime/make-folder.ts';
import { openBuilder } from './composition/open-builder.ts';
import { serve, type RunningAgent } from './composition/serve.ts';
import type { AgentConfig } from './config.ts';
import { createCoordinatorHttp } from './enrolment/coordinator-http.ts';
import { brokerUrl, readCredentials } from './enrolment/credentials.ts';
import { collectFingerprint } from './fingerprint/collect-fingerprint.ts';
import { facts } from './fingerprint/registry.ts';
import { systemReader } from './fingerprint/system-reader.ts';
import { chooseSandbox } from './sandbox/choose-sandbox.ts';
import { rootOnlyPaths } from './sandbox/root-only-paths.ts';
import { sweepWorkspaces } from './sandbox/workspace.ts';
import { hiddenPaths, stateLayout, stateUnusable, type StateLayout } from './state-layout.ts';
import { beginLife } from './work/agent-life.ts';
import type { MachineView } from './work/heartbeat-loop.ts';
import { openSpool, type Spool } from './work/spool.ts';

export interface AgentTools {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts while starting. */
  readonly signal: AbortSignal;
}

const STOP_DEADLINE_MS = 15_000;
/** Jitter only; nothing that is measured or sampled depends on it. */
const random = (): number => Math.random();

/** Throws TROOP-1207 (not joined), TROOP-1208 (already running), TROOP-1211 (its state directory cannot be used), or what the broker and the sandbox object to. */
export async function startAgent(tools: AgentTools): Promise<RunningAgent> {
  const lifecycle = createLifecycle({ ...tools, stopDeadlineMs: STOP_DEADLINE_MS });
  try {
    return await openAll(tools, lifecycle);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function openAll(tools: AgentTools, lifecycle: Lifecycle): Promise<RunningAgent> {
  const { config, clock, logger, signal } = tools;
  const layout = stateLayout(config.stateDirectory);
  const credentials = await readCredentials(layout.credentials);
  if (credentials === null) throw new TroopError('TROOP-1207', { directory: layout.root });
  const spool = await openState(layout, lifecycle);
  const life = await tryToBeginLife(layout, logger);
  const ids = uuidIds(clock);
  const nextId = (): string => ids.next();
  const machine = await readMachine(tools);
  const searchPath = (tools.environment['PATH'] ?? '').split(':').filter((one) => one !== '');
  const isRoot = process.getuid?.() === 0;
  const chosen = await chooseSandbox({ clock, nextId, scratchDirectory: layout.scratch, isRoot, searchPath });
  const { sandbox, rejected } = chosen;
  logger.info({ sandbox: sandbox.kind, weaknesses: sandbox.weaknesses, rejected }, 'the sandbox is chosen');
  const coordinator = createCoordinatorHttp(credentials);
  const python = machine.fingerprint.interpreters?.[0]?.path ?? 'python3';
  const { cacheBytes } = config;
  const further = [...config.hiddenPaths, ...(isRoot ? await rootOnlyPaths() : [])];
  const hidden = hiddenPaths(layout, homedir(), further);
  const builderOptions = {
    ...tools,
    layout,
    credentials,
    coordinator,
    sandbox,
    nextId,
    random,
    python,
    searchPath,
    cacheBytes,
    hiddenPaths: hidden,
  };
  const built = await openBuilder(builderOptions);
  await built.sweeper.sweep();
  const access = {
    url: brokerUrl(credentials.broker),
    name: credentials.agentId,
    inboxPrefix: inboxPrefix(credentials.agentId),
  };
  const broker = await openAgentBroker({ ...access, clock, logger, signal });
  lifecycle.started({ name: 'broker', stop: () => broker.close() });
  return await serve({
    hiddenPaths: hidden,
    random,
    ...tools,
    lifecycle,
    layout,
    credentials,
    spool,
    machine,
    life,
    sandbox,
    coordinator,
    ...built,
    broker,
    ids,
  });
}

/** @throws TROOP-1208, TROOP-1211 */
async function openState(layout: StateLayout, lifecycle: Lifecycle): Promise<Spool> {
  try {
    await lockState(layout, lifecycle);
    await sweepWorkspaces(layout.trials);
    return await openSpool(layout.spool);
  } catch (error) {
    throw error instanceof TroopError ? error : stateUnusable(layout.root, error);
  }
}

async function lockState(layout: StateLayout, lifecycle: Lifecycle): Promise<void> {
  await makeFolder(layout.root, 0o700);
  const attempt = await tryLock(layout.lock);
  if (!attempt.held) {
    throw new TroopError('TROOP-1208', { pid: attempt.holder?.pid ?? 0, directory: layout.root });
  }
  lifecycle.started({ name: 'state lock', stop: () => attempt.lock.release() });
}

/** Null on a disk that takes no more, say: the agent serves all the same, and may have what its spool holds still to say. */
async function tryToBeginLife({ life }: StateLayout, logger: Logger): Promise<AgentLife | null> {
  try {
    return await beginLife(life);
  } catch (error) {
    logger.warn(
      { err: error },
      'the coordinator will not know that an earlier process of this agent is gone',
    );
    return null;
  }
}

async function readMachine({ clock, environment }: AgentTools): Promise<MachineView> {
  const reader = systemReader({ clock, platform: process.platform, environment });
  const fingerprint = await collectFingerprint({ reader, facts, clock });
  return { fingerprint, hardwareDigest: hardwareDigest(fingerprint) };
}
