// Taking and settling offers with bare requests: an agent has no right to ask for a consumer's settings, which the
// client's own pull would do first. The offer keeps its subject, so the reply is awaited on an inbox of its own.
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { TroopError } from '../../errors/troop-error.ts';
import { offerConsumer, OFFERS_STREAM, queueText, type QueueName } from '../../protocol/subjects.ts';
import type { TakenOffer } from '../broker.ts';
import { brokerError, isNobodyThere } from './nats-errors.ts';

const TIMEOUT_MS = 5_000;
const pull = JSON.stringify({ batch: 1, no_wait: true });

/** One offer, or null at once when the queue is empty or not known. Throws TROOP-1704 and TROOP-1706. */
export async function takeFromNats(
  connection: NatsConnection,
  shownUrl: string,
  queue: QueueName,
): Promise<TakenOffer | null> {
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${OFFERS_STREAM}.${offerConsumer(queue)}`;
  let message: Msg;
  try {
    message = await connection.request(subject, pull, { timeout: TIMEOUT_MS, noMux: true });
  } catch (error) {
    if (isNobodyThere(error)) return null;
    throw brokerError(`a pull from ${queueText(queue)}`, shownUrl, error);
  }
  const status = message.headers?.code ?? 0;
  if (status === 0) return takenOffer(connection, shownUrl, message);
  // 404: empty. 408: nothing came in time. 409: the consumer was just removed, or too many wait already.
  if (status === 404 || status === 408 || status === 409) return null;
  throw new TroopError('TROOP-1706', {
    what: `a pull from ${queueText(queue)}`,
    reason: `${status} ${message.headers?.description ?? ''}`,
  });
}

function takenOffer(connection: NatsConnection, shownUrl: string, message: Msg): TakenOffer {
  let isSettled = false;
  const settle = async (verdict: string): Promise<void> => {
    if (isSettled || message.reply === undefined) return;
    isSettled = true;
    try {
      await connection.request(message.reply, verdict, { timeout: TIMEOUT_MS });
    } catch (error) {
      // The queue was removed meanwhile, and the offer with it.
      if (!isNobodyThere(error)) throw brokerError('an offer back', shownUrl, error);
    }
  };
  return {
    body: Uint8Array.from(message.data),
    ack: () => settle('+ACK'),
    giveBack: (delayMs) =>
      settle(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1e6) })}` : '-NAK'),
  };
}
