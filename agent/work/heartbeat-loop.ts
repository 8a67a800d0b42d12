// Says "I am here" every 15 s and learns in return which queues to serve; then it is time to look into them. Silent while
// values are taken. A beat that fails is only a beat that failed: the next one says it all again.
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import type { Fingerprint } from '../../shared/machine/fingerprint.ts';
import type { Heartbeat } from '../../shared/protocol/heartbeat-message.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import { wakeOrSleep, type AgentStatus, type WakeUp } from './agent-status.ts';
import type { CoordinatorLink } from './coordinator-link.ts';
import type { QuietGate } from './quiet-gate.ts';

export interface MachineView {
  readonly fingerprint: Fingerprint;
  readonly hardwareDigest: string;
}

export interface HeartbeatLoopOptions {
  readonly link: CoordinatorLink;
  readonly status: AgentStatus;
  readonly quiet: QuietGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly everyMs: number;
  readonly version: string;
  /** Null when it is not known. */
  readonly life: AgentLife | null;
  /** Wakes this loop: a notice came, or the state changed. */
  readonly beatNow: WakeUp;
  /** Wakes the claim loop. */
  readonly lookForWork: WakeUp;
  readonly machine: () => MachineView;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly loadAverage1m: () => number | null;
  readonly spooledMessages: () => number;
}

/** Runs until `signal` aborts. */
export async function runHeartbeatLoop(options: HeartbeatLoopOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    await options.quiet.whenTalkative(signal);
    if (signal.aborted) return;
    try {
      await beat(options);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1 || failures % 20 === 0) {
        options.logger.warn({ err: error, failures }, 'the coordinator did not answer a heartbeat');
      }
    }
    const pauseMs = failures > 0 ? Math.min(options.everyMs, 1000 * failures) : options.everyMs;
    await wakeOrSleep(options.beatNow, options.clock, pauseMs * (0.85 + 0.3 * options.random()), signal);
  }
}

async function beat(options: HeartbeatLoopOptions): Promise<void> {
  const { status, link } = options;
  const { fingerprint, hardwareDigest } = options.machine();
  const sendsFingerprint = status.wantsFingerprint;
  const reply = await link.heartbeat({
    state: stateOf(status),
    job: status.job,
    hardwareDigest,
    ...(sendsFingerprint ? { fingerprint } : {}),
    freeDiskBytes: await options.freeDiskBytes(),
    loadAverage1m: options.loadAverage1m(),
    spooledMessages: options.spooledMessages(),
    ...(options.life === null ? {} : { life: options.life }),
    version: options.version,
    clock: new Date(options.clock.nowMs()).toISOString(),
  });
  const hasNewWork = !sameQueues(status.queues, reply.queues);
  const { queues, draining, wantsFingerprint } = reply;
  status.set({ queues, draining, wantsFingerprint });
  // An idle machine is woken as seldom as can be: while it is awake, it looks.
  if (hasNewWork || status.job === null) options.lookForWork.wake();
  // At once the first time only: a coordinator that is never content must not be asked without a pause.
  if (reply.wantsFingerprint && !sendsFingerprint) options.beatNow.wake();
}

function stateOf(status: AgentStatus): Heartbeat['state'] {
  if (status.draining || status.shuttingDown) return 'draining';
  return status.job === null ? 'idle' : 'working';
}

const sameQueues = (left: readonly QueueName[], right: readonly QueueName[]): boolean =>
  left.length === right.length &&
  left.every((queue, index) => {
    const other = right[index];
    return other?.lane === queue.lane && other.target === queue.target && other.priority === queue.priority;
  });
