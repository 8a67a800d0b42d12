// Empties a durable channel for ever: pulls, hands over, settles. It outlives restarts and wipes of the server: a
// consumer that is gone is made again, and a pull that a lost connection swallowed is asked anew.
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { DurableHandler, Subscription } from '../broker.ts';
import { pullBatch } from './pull-batch.ts';
import { MAXIMUM_DURABLE_IN_FLIGHT } from './topology.ts';

export interface DurableConsumption {
  readonly connection: NatsConnection;
  readonly inboxPrefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly stream: string;
  readonly consumer: string;
  readonly handler: DurableHandler;
  /** Makes the consumer again. */
  readonly ensure: () => Promise<void>;
  readonly onReconnect: (listener: () => void) => void;
}

const PULL_EXPIRES_MS = 10_000;
const PAUSE_AFTER_FAILURE_MS = 500;
const RETRY_INITIAL_MS = 500;
const RETRY_MAXIMUM_MS = 30_000;
const STOP_WITHIN_MS = 10_000;

export function consumeFromNats(consumption: DurableConsumption): Subscription {
  const { clock, logger } = consumption;
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  let currentPull = new AbortController();
  consumption.onReconnect(() => currentPull.abort());

  const onMessage = (message: Msg): void => {
    const handled = handle(consumption, message).finally(() => inFlight.delete(handled));
    inFlight.add(handled);
  };

  const pullOnce = async (): Promise<void> => {
    currentPull = new AbortController();
    const ended = await pullBatch({
      ...consumption,
      batch: MAXIMUM_DURABLE_IN_FLIGHT - inFlight.size,
      expiresMs: PULL_EXPIRES_MS,
      signal: currentPull.signal,
      onMessage,
    });
    if (ended !== 'consumer missing' || stopping.signal.aborted) return;
    await clock.sleep(PAUSE_AFTER_FAILURE_MS, stopping.signal);
    await consumption.ensure();
  };

  const loop = (async () => {
    while (!stopping.signal.aborted && !consumption.connection.isClosed()) {
      if (inFlight.size >= MAXIMUM_DURABLE_IN_FLIGHT) {
        await Promise.race(inFlight);
        continue;
      }
      try {
        await pullOnce();
      } catch (error) {
        logger.warn({ stream: consumption.stream, err: error }, 'pulling failed and is tried again');
        await clock.sleep(PAUSE_AFTER_FAILURE_MS, stopping.signal);
      }
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      currentPull.abort();
      const late = new AbortController();
      await Promise.race([loop.then(() => Promise.all(inFlight)), clock.sleep(STOP_WITHIN_MS, late.signal)]);
      late.abort();
    },
  };
}

async function handle(consumption: DurableConsumption, message: Msg): Promise<void> {
  const { handler, logger, connection } = consumption;
  let verdict: 'done' | 'retry' = 'retry';
  try {
    verdict = await handler({ subject: message.subject, body: Uint8Array.from(message.data) });
  } catch (error) {
    logger.error({ subject: message.subject, err: error }, 'handling a message failed; it is tried again');
  }
  if (message.reply === undefined || connection.isClosed()) return;
  connection.publish(message.reply, verdict === 'done' ? '+ACK' : retryLater(message.reply));
}

/** Later each time: the number of the delivery stands in the reply subject (token 4, or 6 in its newer form). */
function retryLater(reply: string): string {
  const tokens = reply.split('.');
  const deliveries = Number(tokens[tokens.length > 9 ? 6 : 4]) || 1;
  const delayMs = Math.min(RETRY_MAXIMUM_MS, RETRY_INITIAL_MS * 2 ** Math.min(deliveries - 1, 10));
  return `-NAK ${JSON.stringify({ delay: delayMs * 1e6 })}`;
}
