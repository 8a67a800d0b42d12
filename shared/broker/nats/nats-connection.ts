// The connection to NATS, with the settings without which an agent is lost after twenty seconds of outage: it tries to
// come back for ever, notices a half-open socket within a minute, and survives a refused login.
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { TroopError } from '../../errors/troop-error.ts';
import { backoffDelayMs } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { BrokerHealth } from '../broker.ts';
import { isRefusedLogin, reasonOf } from './nats-errors.ts';
import { parseNatsUrl, type NatsAddress } from './nats-url.ts';

export interface NatsConnectionOptions {
  /** With credentials; never logged. */
  readonly url: string;
  /** Seen in the server's own lists: `coordinator`, or the agent's id. */
  readonly name: string;
  /** Private reply subjects: `_INBOX_<agent>`; nobody else may listen there. */
  readonly inboxPrefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long the first connection may take, 30,000 by default; once there, it is held for ever. */
  readonly connectTimeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Spreads the attempts; `Math.random` by default. */
  readonly random?: () => number;
}

export interface OpenNatsConnection {
  readonly connection: NatsConnection;
  readonly address: NatsAddress;
  readonly health: () => BrokerHealth;
  /** Calls `listener` at every reconnection. */
  readonly onReconnect: (listener: () => void) => void;
  /** Sends what is pending, where that is possible, and closes. */
  readonly close: () => Promise<void>;
}

const CLOSE_WITHIN_MS = 2_000;
/** A server that is told of a new user takes it in within moments; later than that the user is not there. */
const REFUSED_FOR_MS = 5_000;
const FIRST_ATTEMPTS = { initialMs: 100, maximumMs: 2_000 };

/** Connects, trying until the time is over. Throws TROOP-1704, TROOP-1707. */
export async function openNatsConnection(options: NatsConnectionOptions): Promise<OpenNatsConnection> {
  const address = parseNatsUrl(options.url);
  const connection = await connectWithin(address, options);
  const state = { connected: true, reconnects: 0 };
  const listeners: (() => void)[] = [];
  void followStatus(connection, options.logger, (isConnected) => {
    if (isConnected && !state.connected) {
      state.reconnects += 1;
      for (const listener of listeners) listener();
    }
    state.connected = isConnected;
  });
  return {
    connection,
    address,
    health: () => ({ connected: state.connected && !connection.isClosed(), reconnects: state.reconnects }),
    onReconnect: (listener) => {
      listeners.push(listener);
    },
    close: () => closeWithin(connection, options.clock),
  };
}

async function connectWithin(address: NatsAddress, options: NatsConnectionOptions): Promise<NatsConnection> {
  const { clock, signal } = options;
  const startedMs = clock.monotonicMs();
  const refusedUntilMs = startedMs + REFUSED_FOR_MS;
  let deadlineMs = startedMs + (options.connectTimeoutMs ?? 30_000);
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    const remainingMs = deadlineMs - clock.monotonicMs();
    try {
      return await connectOnce(address, options, Math.max(500, Math.min(5_000, remainingMs)));
    } catch (error) {
      if (isRefusedLogin(error)) deadlineMs = Math.min(deadlineMs, refusedUntilMs);
      const delayMs = backoffDelayMs(FIRST_ATTEMPTS, attempt, options.random ?? Math.random);
      if (clock.monotonicMs() + delayMs >= deadlineMs) {
        throw givenUp(error, address, options.name);
      }
      await clock.sleep(delayMs, signal);
    }
  }
}

function givenUp(error: unknown, { shown: url }: NatsAddress, name: string): TroopError {
  const reason = reasonOf(error);
  return isRefusedLogin(error)
    ? new TroopError('TROOP-1707', { url, name, reason }, { cause: error })
    : new TroopError('TROOP-1704', { url, reason }, { cause: error });
}

const connectOnce = (
  address: NatsAddress,
  options: NatsConnectionOptions,
  timeoutMs: number,
): Promise<NatsConnection> =>
  connect({
    servers: address.servers,
    name: options.name,
    inboxPrefix: options.inboxPrefix,
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    pingInterval: 20_000,
    maxPingOut: 3,
    ignoreAuthErrorAbort: true,
    // The first connection is tried again by us, so that it can be cancelled.
    waitOnFirstConnect: false,
    // Who asked is told by our own errors; the client's would write down a stack for every request, whether it fails or not.
    noAsyncTraces: true,
    ...(address.user === undefined ? {} : { user: address.user, pass: address.password ?? '' }),
    ...(address.isEncrypted ? { tls: {} } : {}),
  });

async function followStatus(
  connection: NatsConnection,
  logger: Logger,
  onChange: (isConnected: boolean) => void,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') {
      logger.warn({ server: status.server }, 'broker connection lost');
      onChange(false);
    } else if (status.type === 'reconnect') {
      logger.info({ server: status.server }, 'broker connection is back');
      onChange(true);
    } else if (status.type === 'error') {
      logger.warn({ reason: status.error.message }, 'broker reported an error');
    }
  }
}

async function closeWithin(connection: NatsConnection, clock: Clock): Promise<void> {
  if (connection.isClosed()) return;
  const done = new AbortController();
  const drained = connection.drain().catch(() => {});
  await Promise.race([drained, clock.sleep(CLOSE_WITHIN_MS, done.signal)]);
  done.abort();
  await connection.close();
}
