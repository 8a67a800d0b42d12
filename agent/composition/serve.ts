// The agent at work: its loops over what main.ts has opened, started together and stopped in order: no more work, then
// no more talk.
import { statfs } from 'node:fs/promises';
import { loadavg } from 'node:os';
import type { AgentBroker } from '../../shared/broker/broker.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import { interpreterFor } from '../../shared/machine/serves-environment.ts';
import { agentMetrics } from '../../shared/metrics/agent-metrics.ts';
import { createMetrics, type Metrics } from '../../shared/metrics/metrics.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import type { Builder } from '../build/builder.ts';
import type { CacheUses } from '../build/cache-uses.ts';
import type { CacheSweeper } from '../build/sweep-caches.ts';
import { FREE_DISK_FLOOR_BYTES } from '../build/with-disk-guard.ts';
import type { AgentConfig } from '../config.ts';
import type { CoordinatorHttp } from '../enrolment/coordinator-http.ts';
import { keysOf, type Credentials } from '../enrolment/credentials.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createWorkspace } from '../sandbox/workspace.ts';
import type { StateLayout } from '../state-layout.ts';
import { createWakeUp, createStatus, type AgentStatus, type WakeUp } from '../work/agent-status.ts';
import { runClaimLoop } from '../work/claim-loop.ts';
import { createCoordinatorLink, type CoordinatorLink } from '../work/coordinator-link.ts';
import { runHeartbeatLoop, type MachineView } from '../work/heartbeat-loop.ts';
import { createHostLock } from '../work/host-lock.ts';
import { createQuietGate, type QuietGate } from '../work/quiet-gate.ts';
import { runSpoolLoop } from '../work/spool-loop.ts';
import { handleControl } from '../work/handle-control.ts';
import { measureBuilt } from '../work/measure-built.ts';
import type { Spool } from '../work/spool.ts';
import { createTrialRunner, type TrialRunner } from '../work/trial-runner.ts';
import { serveMetrics } from './metrics-server.ts';
import { runStatusLoop } from './status-loop.ts';

export interface RunningAgent {
  readonly credentials: Credentials;
  readonly metricsUrl: string | null;
  /** Takes no more work, lets the running trial end, says what is unsaid, then stops. */
  drain(): Promise<void>;
  /** Breaks the running trial off and stops. */
  stop(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
/** Beats and notices of new work come before that. */
const IDLE_POLL_MS = 30_000;
const RESEND_MS = 30_000;
const ANSWER_MS = 10_000;

export interface ServeParts {
  readonly config: AgentConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives [0, 1): jitter only. */
  readonly random: () => number;
  readonly lifecycle: Lifecycle;
  readonly layout: StateLayout;
  /** What measured code must not see. */
  readonly hiddenPaths: readonly string[];
  readonly credentials: Credentials;
  readonly spool: Spool;
  readonly machine: MachineView;
  readonly life: AgentLife | null;
  readonly sandbox: Sandbox;
  readonly coordinator: CoordinatorHttp;
  readonly builder: Builder;
  readonly sweeper: CacheSweeper;
  readonly cacheUses: CacheUses;
  readonly broker: AgentBroker;
  readonly ids: Ids;
}

/** Starts the loops over what is open; each part stops with the lifecycle. */
export async function serve(parts: ServeParts): Promise<RunningAgent> {
  const { clock, logger, lifecycle, credentials, spool, broker, ids } = parts;
  const { agentId } = credentials;
  const quiet = createQuietGate();
  const link = createCoordinatorLink({
    broker,
    agentId,
    keys: keysOf(credentials),
    clock,
    ids,
    logger,
    timeoutMs: ANSWER_MS,
  });
  const metrics = createMetrics(agentMetrics, { processMetrics: 'quiet' });
  const runner = runnerOf(parts, { link, quiet, metrics });
  const status = createStatus();
  const beatNow = createWakeUp();
  const lookForWork = createWakeUp();
  const control = await link.onControl(
    handleControl({ spool, runner, logger, wake: [beatNow, lookForWork] }),
  );
  lifecycle.started({ name: 'control', stop: () => control.stop() });
  readMetrics({ metrics, status, spool, broker, freeDiskBytes: () => freeBytes(parts.layout.root) });
  const metricsServer = await serveMetrics(parts.config.metricsPort, () => metrics.read(), logger);
  if (metricsServer !== null) lifecycle.started(metricsServer);
  const metricsUrl = metricsServer?.url ?? null;

  const context = { parts, link, quiet, runner, status, beatNow, lookForWork, metricsUrl };
  const talking = startTalking(context);
  lifecycle.started({ name: 'loops', stop: talking.stop });
  const working = startWorking(context);
  lifecycle.started({
    name: 'trial',
    stop: async () => {
      working.takeNoMore();
      runner.stop('shutdown');
      await working.ended;
      await sayTheRest(spool, clock);
    },
  });
  logger.info({ agentId, name: credentials.name }, 'the agent serves');
  const drain = async (): Promise<void> => {
    working.takeNoMore();
    beatNow.wake();
    await working.ended;
    await lifecycle.stop();
  };
  return { credentials, metricsUrl, drain, stop: () => lifecycle.stop() };
}

function runnerOf(
  parts: ServeParts,
  wire: { link: CoordinatorLink; quiet: QuietGate; metrics: Metrics<keyof typeof agentMetrics> },
): TrialRunner {
  const { machine, coordinator, layout } = parts;
  return createTrialRunner({
    ...parts,
    ...wire,
    measureUnder: (lease) => measureBuilt({ ...parts, ...wire, lease }),
    hardwareDigest: () => machine.hardwareDigest,
    interpreterFor: ({ environment }) => interpreterFor(machine.fingerprint, environment)?.path ?? null,
    fetchScripts: (trial, folder, signal) => coordinator.fetchScripts(trial, folder, signal),
    openUse: () => parts.cacheUses.open(),
    openWorkspace: (id) => createWorkspace(layout.trials, id),
  });
}

interface LoopContext {
  readonly parts: ServeParts;
  readonly link: CoordinatorLink;
  readonly quiet: QuietGate;
  readonly runner: TrialRunner;
  readonly status: AgentStatus;
  readonly beatNow: WakeUp;
  readonly lookForWork: WakeUp;
  readonly metricsUrl: string | null;
}

/** Heartbeats, the spool and the status file: they go on until the last trial has ended. */
function startTalking({ parts, ...context }: LoopContext): { stop: () => Promise<void> } {
  const { spool, layout, credentials } = parts;
  const ending = new AbortController();
  const beat = {
    ...parts,
    ...context,
    everyMs: HEARTBEAT_MS,
    version: TROOP_VERSION,
    machine: () => parts.machine,
    freeDiskBytes: () => freeBytes(layout.root),
    loadAverage1m: () => loadavg()[0] ?? null,
    spooledMessages: () => spool.pending().length,
  };
  const sending = { ...parts, ...context, agentId: credentials.agentId, resendMs: RESEND_MS };
  const loops = [
    runHeartbeatLoop(beat, ending.signal),
    runSpoolLoop(sending, ending.signal),
    runStatusLoop({ ...parts, ...context, path: layout.status }, ending.signal),
  ];
  return {
    stop: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

function startWorking({ parts, ...context }: LoopContext): { takeNoMore: () => void; ended: Promise<void> } {
  const { clock, config, layout } = parts;
  const ending = new AbortController();
  const onWait = (wait: { readonly holderPid: number | null } | null): void => {
    context.status.set({ waitsForHost: wait !== null });
    const fields = { holderPid: wait?.holderPid ?? null, lock: config.hostLockPath };
    if (wait === null) parts.logger.info(fields, 'the host is free again');
    else {
      parts.logger.warn(
        fields,
        'another agent of this machine measures: no work is taken until it has ended',
      );
    }
  };
  const ended = runClaimLoop(
    {
      ...parts,
      ...context,
      hostLock: createHostLock({ path: config.hostLockPath, clock, pollMs: 1000, onWait }),
      idlePollMs: IDLE_POLL_MS,
      hardwareDigest: () => parts.machine.hardwareDigest,
      notFitReason: async () => notFitReason(await freeBytes(layout.root)),
      runTrial: async (claim, askedAtMs) => {
        await context.runner.run(claim, askedAtMs);
        await sweepQuietly(parts);
      },
    },
    ending.signal,
  );
  const takeNoMore = (): void => {
    context.status.set({ shuttingDown: true });
    ending.abort();
  };
  return { takeNoMore, ended };
}

/** While the host is still ours, so that it disturbs nobody's measurement. */
async function sweepQuietly({ sweeper, logger }: ServeParts): Promise<void> {
  try {
    await sweeper.sweepWhenDue();
  } catch (error) {
    logger.warn({ err: error }, 'the caches could not be swept');
  }
}

interface MetricParts {
  readonly metrics: Metrics<keyof typeof agentMetrics>;
  readonly status: AgentStatus;
  readonly spool: Spool;
  readonly broker: AgentBroker;
  readonly freeDiskBytes: () => Promise<number | null>;
}

function readMetrics({ metrics, status, spool, broker, freeDiskBytes }: MetricParts): void {
  metrics.set('troop_agent_build_info', 1, { version: TROOP_VERSION, node_version: process.version });
  metrics.onRead(async () => {
    metrics.set('troop_agent_slots', status.job === null ? 0 : 1, { state: 'busy' });
    metrics.set('troop_agent_slots', status.job === null ? 1 : 0, { state: 'free' });
    metrics.set('troop_agent_spooled_messages', spool.pending().length);
    metrics.set('troop_agent_bus_connected', broker.health().connected ? 1 : 0);
    metrics.set('troop_agent_work_free_bytes', (await freeDiskBytes()) ?? 0);
  });
}

async function freeBytes(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}

const notFitReason = (free: number | null): string | null =>
  free !== null && free < FREE_DISK_FLOOR_BYTES
    ? `only ${Math.round(free / 1e6)} MB are free on the disk`
    : null;

/** A short chance for the last messages to be committed; what is not stays on disk for the next life. */
async function sayTheRest(spool: Spool, clock: Clock): Promise<void> {
  const giveUp = new AbortController();
  const patience = clock.sleep(5000, giveUp.signal).then(() => giveUp.abort());
  while (spool.pending().length > 0 && !giveUp.signal.aborted) await spool.changed(giveUp.signal);
  giveUp.abort();
  await patience;
}
