// Sends what the spool holds, and sends it again while the coordinator has not said that it is committed. Ends when the
// signal aborts; what is unsent stays on disk for the next life.
import type { AgentBroker } from '../../shared/broker/broker.ts';
import { backoffDelayMs } from '../../shared/runtime/backoff.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { firstOf } from '../../shared/runtime/first-of.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { QuietGate } from './quiet-gate.ts';
import type { Spool, SpooledMessage } from './spool.ts';

export interface SpoolLoopOptions {
  readonly spool: Spool;
  readonly broker: AgentBroker;
  readonly agentId: string;
  readonly quiet: QuietGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  /** After how long without a commit a message is sent again. */
  readonly resendMs: number;
}

/** Runs until `signal` aborts. */
export async function runSpoolLoop(options: SpoolLoopOptions, signal: AbortSignal): Promise<void> {
  const { spool, clock } = options;
  const sentAtMs = new Map<string, number>();
  let failures = 0;

  while (!signal.aborted) {
    await options.quiet.whenTalkative(signal);
    if (signal.aborted) return;
    try {
      await sendDue(options, sentAtMs, signal);
      failures = 0;
    } catch (error) {
      failures += 1;
      options.logger.warn({ err: error, failures }, 'a spooled message could not be sent');
      await clock.sleep(
        backoffDelayMs({ initialMs: 500, maximumMs: 15_000 }, failures, options.random),
        signal,
      );
      continue;
    }
    const waitMs = spool.pending().length === 0 ? 60_000 : Math.min(options.resendMs, 5000);
    await firstOf(
      signal,
      (until) => spool.changed(until),
      (until) => clock.sleep(waitMs, until),
    );
  }
}

/** Publishes every message that was never sent or that waits too long for its commit. */
async function sendDue(
  options: SpoolLoopOptions,
  sentAtMs: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const { spool, clock } = options;
  const pending = new Set(spool.pending());
  for (const id of sentAtMs.keys()) if (!pending.has(id)) sentAtMs.delete(id);

  for (const id of pending) {
    if (signal.aborted || options.quiet.isQuiet()) return;
    const sent = sentAtMs.get(id);
    if (sent !== undefined && clock.monotonicMs() - sent < options.resendMs) continue;
    const message = await readMessage(options, id);
    if (message === null) continue;
    const { channel, jobId, body } = message;
    await options.broker.publishDurable({ channel, agentId: options.agentId, jobId, body });
    sentAtMs.set(id, clock.monotonicMs());
  }
}

/** Null when there is none any more, and when the disk has lost it: that keeps nobody from sending the others. */
async function readMessage({ spool, logger }: SpoolLoopOptions, id: string): Promise<SpooledMessage | null> {
  try {
    return await spool.read(id);
  } catch (error) {
    logger.error({ err: error, id }, 'a spooled message cannot be read');
    return null;
  }
}
