// Keeps the status file true: looks when the agent's state is set, and now and then for what tells nobody that it changed.
// Written only when it did, or once a minute so that its time says that we live.
import { queueText } from '../../shared/protocol/subjects.ts';
import type { AgentBroker } from '../../shared/broker/broker.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import type { Credentials } from '../enrolment/credentials.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { writeStatus, type StatusReport } from '../status-file.ts';
import { wakeOrSleep, type AgentStatus } from '../work/agent-status.ts';
import type { QuietGate } from '../work/quiet-gate.ts';
import type { Spool } from '../work/spool.ts';

export interface StatusLoopOptions {
  readonly path: string;
  readonly credentials: Credentials;
  readonly status: AgentStatus;
  readonly spool: Spool;
  readonly broker: AgentBroker;
  readonly sandbox: Sandbox;
  readonly quiet: QuietGate;
  readonly metricsUrl: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The spool and the broker's connection. An idle machine is woken as seldom as can be: every beat sets the state. */
const LOOK_MS = { working: 5_000, idle: 20_000 };
const REWRITE_MS = 60_000;

/** Runs until `signal` aborts. */
export async function runStatusLoop(options: StatusLoopOptions, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const startedAt = new Date(clock.nowMs()).toISOString();
  let written = '';
  let writtenAtMs = -Infinity;
  while (!signal.aborted) {
    await options.quiet.whenTalkative(signal);
    const now = describe(options);
    const text = JSON.stringify(now);
    if (text !== written || clock.monotonicMs() - writtenAtMs >= REWRITE_MS) {
      try {
        await writeStatus(options.path, {
          ...now,
          startedAt,
          updatedAt: new Date(clock.nowMs()).toISOString(),
        });
        written = text;
        writtenAtMs = clock.monotonicMs();
      } catch (error) {
        options.logger.warn({ err: error }, 'the status file could not be written');
      }
    }
    const { status } = options;
    await wakeOrSleep(status.changed, clock, status.job === null ? LOOK_MS.idle : LOOK_MS.working, signal);
  }
}

function describe(options: StatusLoopOptions): Omit<StatusReport, 'startedAt' | 'updatedAt'> {
  const { credentials, status, spool, broker, sandbox, metricsUrl } = options;
  return {
    pid: process.pid,
    version: TROOP_VERSION,
    agentId: credentials.agentId,
    name: credentials.name,
    coordinatorUrl: credentials.coordinatorUrl,
    state: stateOf(status),
    job: status.job,
    queues: status.queues.map(queueText),
    brokerConnected: broker.health().connected,
    spooledMessages: spool.pending().length,
    sandbox: sandbox.kind,
    metricsUrl,
  };
}

function stateOf(status: AgentStatus): string {
  if (status.shuttingDown) return 'stopping';
  if (status.draining) return 'draining';
  if (status.waitsForHost) return 'waiting: another agent of this machine measures';
  return status.job === null ? 'idle' : 'working';
}
