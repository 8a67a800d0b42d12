// From an address to an adapter: the scheme decides. Only the composition roots call this.
import { TroopError } from '../errors/troop-error.ts';
import type { AgentBroker, CoordinatorBroker } from './broker.ts';
import {
  openNatsAgentBroker,
  openNatsCoordinatorBroker,
  type NatsBrokerOptions,
} from './nats/nats-broker.ts';

export type BrokerOptions = NatsBrokerOptions;

/** Throws TROOP-1002 for a scheme that is not known and TROOP-1704 when the broker cannot be reached. */
export async function openAgentBroker(options: BrokerOptions): Promise<AgentBroker> {
  checkScheme(options.url);
  return openNatsAgentBroker(options);
}

/** Throws TROOP-1002 for a scheme that is not known and TROOP-1704 when the broker cannot be reached. */
export async function openCoordinatorBroker(options: BrokerOptions): Promise<CoordinatorBroker> {
  checkScheme(options.url);
  return openNatsCoordinatorBroker(options);
}

function checkScheme(url: string): void {
  const scheme = /^([a-z+]+):/.exec(url)?.[1];
  if (scheme === 'nats' || scheme === 'tls') return;
  const reason =
    scheme === 'amqp' || scheme === 'amqps'
      ? 'RabbitMQ is planned and not there yet; nats:// is'
      : 'it begins with nats:// or tls://';
  throw new TroopError('TROOP-1002', { what: 'the address of the broker', reason });
}
