// Taking and settling offers with bare requests: an agent has no right to ask for a consumer's settings, which the
// client's own pull would do first. The offer keeps its subject, so the reply is awaited on an inbox of its own.
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { TroopError } from '../../errors/troop-error.ts';
import { offerConsumer, OFFERS_STREAM, queueText, type QueueName } from '../../protocol/subjects.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { TakenOffer } from '../broker.ts';
import { brokerError } from './nats-errors.ts';

const AWAY_AFTER_MS = 5_000;
/**
 * A server before 2.10 does not answer at all for a consumer that it does not know. One that answered a ping sent after
 * the pull, and then nothing for so long, has nothing to say.
 */
const SILENT_AFTER_MS = 1_000;
const pull = JSON.stringify({ batch: 1, no_wait: true });

export interface OfferSource {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly inboxPrefix: string;
  /** For errors, without credentials. */
  readonly shownUrl: string;
}

/** One offer, or null at once when the queue is empty, and soon when it is not known. Throws TROOP-1704 and TROOP-1706. */
export async function takeFromNats(source: OfferSource, queue: QueueName): Promise<TakenOffer | null> {
  const what = `a pull from ${queueText(queue)}`;
  const answer = await pullOne(source, `$JS.API.CONSUMER.MSG.NEXT.${OFFERS_STREAM}.${offerConsumer(queue)}`);
  if (answer === 'silent') return null;
  if (answer === 'away') {
    throw new TroopError('TROOP-1704', { url: source.shownUrl, reason: `no answer to ${what}` });
  }
  if (answer instanceof Error) throw brokerError(what, source.shownUrl, answer);
  const status = answer.headers?.code ?? 0;
  if (status === 0) return takenOffer(source, answer);
  // 404: empty. 408: nothing in time. 409: just removed, or too many wait. 503: not known.
  if ([404, 408, 409, 503].includes(status)) return null;
  const reason = `${status} ${answer.headers?.description ?? ''}`;
  throw new TroopError('TROOP-1706', { what, reason });
}

/** Sends one pull and waits for its answer; an offer that comes too late is given back at once. */
async function pullOne(source: OfferSource, subject: string): Promise<Msg | Error | 'silent' | 'away'> {
  const { connection, clock } = source;
  const inbox = createInbox(source.inboxPrefix);
  const over = new AbortController();
  let isOver = false;
  const answered = new Promise<Msg | Error>((resolve) => {
    connection.subscribe(inbox, {
      max: 1,
      // Kept a while beyond our patience, for what is late.
      timeout: 2 * AWAY_AFTER_MS,
      callback: (error, message) => {
        if (error !== null) resolve(error);
        else if (isOver) giveBackLate(connection, message);
        else resolve(message);
      },
    });
  });
  connection.publish(subject, pull, { reply: inbox });
  const silent = connection
    .flush()
    .then(() => clock.sleep(SILENT_AFTER_MS, over.signal))
    .then(
      () => 'silent' as const,
      () => 'away' as const,
    );
  const away = clock.sleep(AWAY_AFTER_MS, over.signal).then(() => 'away' as const);
  const first = await Promise.race([answered, silent, away]);
  isOver = true;
  over.abort();
  return first;
}

/**
 * A late "there is nothing" has no one to give it back to: its reply is empty, and publishing there throws, which would end
 * the reader of the whole connection.
 */
function giveBackLate(connection: NatsConnection, message: Msg): void {
  if (message.reply !== undefined && message.reply !== '') connection.publish(message.reply, '-NAK');
}

function takenOffer({ connection, shownUrl }: OfferSource, message: Msg): TakenOffer {
  let isSettled = false;
  // Not confirmed, and late where the server is away: an offer of which it is not heard comes again, and no claim minds that.
  const settle = async (verdict: string): Promise<void> => {
    await Promise.resolve();
    if (isSettled || message.reply === undefined) return;
    isSettled = true;
    try {
      connection.publish(message.reply, verdict);
    } catch (error) {
      throw brokerError('an offer back', shownUrl, error);
    }
  };
  return {
    body: Uint8Array.from(message.data),
    ack: () => settle('+ACK'),
    giveBack: (delayMs) =>
      settle(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1e6) })}` : '-NAK'),
  };
}
