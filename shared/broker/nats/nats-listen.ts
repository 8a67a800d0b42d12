// Subscriptions for notices and requests. A subscription is in force once it was made: the server's answer is awaited,
// and a refusal is an error here, not silence later.
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { TroopError } from '../../errors/troop-error.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { NoticeHandler, RequestHandler, Subscription } from '../broker.ts';
import { reasonOf } from './nats-errors.ts';

export interface Listening {
  readonly connection: NatsConnection;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** While the server is away a subscription is kept by the client and made when it is back. */
const IN_FORCE_WITHIN_MS = 3_000;
/** Requests answered at once on one subscription; beyond that they go unanswered and are repeated by who asked. */
const MAXIMUM_REQUESTS = 256;

/** Throws TROOP-1706 when the server refuses it. */
export function subscribeNotices(
  listening: Listening,
  subject: string,
  handler: NoticeHandler,
): Promise<Subscription> {
  return subscribe(listening, subject, (message) => {
    try {
      handler(message.subject, Uint8Array.from(message.data));
    } catch (error) {
      listening.logger.error({ subject: message.subject, err: error }, 'handling a notice failed');
    }
  });
}

/** Throws TROOP-1706 when the server refuses it. */
export function subscribeRequests(
  listening: Listening,
  subject: string,
  handler: RequestHandler,
): Promise<Subscription> {
  let answering = 0;
  const answer = async (message: Msg): Promise<void> => {
    try {
      const reply = await handler(message.subject, Uint8Array.from(message.data));
      if (reply !== null && !listening.connection.isClosed()) message.respond(reply);
    } catch (error) {
      listening.logger.error({ subject: message.subject, err: error }, 'answering a request failed');
    } finally {
      answering -= 1;
    }
  };
  return subscribe(listening, subject, (message) => {
    if (answering >= MAXIMUM_REQUESTS) {
      listening.logger.warn({ subject: message.subject }, 'too many requests at once; one goes unanswered');
      return;
    }
    answering += 1;
    void answer(message);
  });
}

async function subscribe(
  listening: Listening,
  subject: string,
  onMessage: (message: Msg) => void,
): Promise<Subscription> {
  const { connection, clock, logger } = listening;
  const refusals: Error[] = [];
  const subscription = connection.subscribe(subject, {
    callback: (error, message) => {
      if (error === null) {
        onMessage(message);
      } else {
        refusals.push(error);
        logger.warn({ subject, reason: error.message }, 'a subscription was refused');
      }
    },
  });
  await flushed(connection, clock);
  const [refusal] = refusals;
  if (refusal !== undefined) {
    throw new TroopError('TROOP-1706', { what: `listening on ${subject}`, reason: reasonOf(refusal) });
  }
  return {
    stop: async () => {
      if (connection.isClosed() || subscription.isClosed()) return;
      subscription.unsubscribe();
      await flushed(connection, clock);
    },
  };
}

/** Waits until the server has seen everything so far, or for a while when it is away. */
async function flushed(connection: NatsConnection, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([connection.flush().catch(() => {}), clock.sleep(IN_FORCE_WITHIN_MS, done.signal)]);
  done.abort();
}
