// One pull from a durable consumer on an inbox of its own: messages as they come, until the batch is full, the time is
// over, or the server says why not.
import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../runtime/clock.ts';

export type PullEnd = 'full' | 'expired' | 'consumer missing' | 'aborted';

export interface PullRequest {
  readonly connection: NatsConnection;
  readonly inboxPrefix: string;
  readonly clock: Clock;
  readonly stream: string;
  readonly consumer: string;
  readonly batch: number;
  readonly expiresMs: number;
  readonly signal: AbortSignal;
  readonly onMessage: (message: Msg) => void;
}

/** The server's own end is awaited a little longer than asked for, then the connection is taken for half-open. */
const GRACE_MS = 2_000;

export async function pullBatch(request: PullRequest): Promise<PullEnd> {
  const { connection, clock, signal } = request;
  const inbox = createInbox(request.inboxPrefix);
  const over = new AbortController();
  let received = 0;

  let resolveEnded: (end: PullEnd) => void = () => {};
  const ended = new Promise<PullEnd>((resolve) => {
    resolveEnded = resolve;
  });
  const subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      const end = error === null ? endOf(message) : 'expired';
      if (end !== null) {
        resolveEnded(end);
      } else if ((message.headers?.code ?? 0) === 0) {
        request.onMessage(message);
        received += 1;
        if (received >= request.batch) resolveEnded('full');
      }
    },
  });
  const aborted = new Promise<PullEnd>((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  try {
    const body = JSON.stringify({ batch: request.batch, expires: request.expiresMs * 1e6 });
    connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${request.stream}.${request.consumer}`, body, {
      reply: inbox,
    });
    const late = clock.sleep(request.expiresMs + GRACE_MS, over.signal).then((): PullEnd => 'expired');
    return await Promise.race([ended, aborted, late]);
  } finally {
    subscription.unsubscribe();
    over.abort();
  }
}

/** What a status message means; null for a message with content and for a heartbeat. */
function endOf(message: Msg): PullEnd | null {
  const code = message.headers?.code ?? 0;
  if (code === 503) return 'consumer missing';
  if (code === 404 || code === 408) return 'expired';
  if (code !== 409) return null;
  return /deleted/i.test(message.headers?.description ?? '') ? 'consumer missing' : 'expired';
}
