// The flow of the design by hand, and nothing beside it: offer, claim, renewal, two results and the word that each is
// committed, with the broker's own client and four statements. Nothing is signed, no form is checked, no result is kept:
// whoever keeps to this flow, in one process with as many agents, is no faster.
import { randomUUID } from 'node:crypto';
import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JsMsg,
} from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Pool } from 'pg';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { CLAIM_THIS, FINISH, OFFER, RENEW } from './barest-table.ts';

export interface BarestChain {
  /** Jobs a second from offer to end, of all agents together. */
  jobsPerSecond(jobs: number): Promise<number>;
  close(): Promise<void>;
}

interface Held {
  readonly id: string;
  readonly epoch: number;
}

interface Result extends Held {
  readonly kind: 'block' | 'end';
}

/** About as long as the block of a job in the fleet that it stands beside. */
const BLOCK_BYTES = 300;
const EMPTY_AFTER_MS = 1_000;

/** Works on the table of the barest lease, which has to be there. */
export async function openBarestChain(
  url: string,
  connectionString: string,
  { agents, connections }: { readonly agents: number; readonly connections: number },
): Promise<BarestChain> {
  const pool = new Pool({ connectionString, max: connections });
  const coordinator = await connect({ servers: url });
  await addQueue(coordinator, 'CHAIN_OFFERS', 'chain.offer');
  await addQueue(coordinator, 'CHAIN_RESULTS', 'chain.result.*');
  await serve(coordinator, pool);
  const fleet = await Promise.all(Array.from({ length: agents }, () => openAgent(url)));
  const publisher = jetstream(coordinator);
  const offerOne = async (): Promise<void> => {
    const id = randomUUID();
    await pool.query({ ...OFFER, values: [id] });
    await publisher.publish('chain.offer', id, { msgID: id });
  };
  return {
    jobsPerSecond: async (jobs) => {
      let left = jobs;
      const startedMs = systemClock.monotonicMs();
      await Promise.all(
        fleet.map(async (agent) => {
          while (left-- > 0) {
            await offerOne();
            await agent.workOne();
          }
        }),
      );
      return (1000 * jobs) / (systemClock.monotonicMs() - startedMs);
    },
    close: async () => {
      for (const agent of fleet) await agent.close();
      await coordinator.close();
      await pool.end();
    },
  };
}

async function addQueue(connection: NatsConnection, stream: string, subject: string): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: stream,
    subjects: [subject],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
  });
  await manager.consumers.add(stream, { durable_name: 'all', ack_policy: AckPolicy.Explicit });
}

/** The coordinator's side: answers claims and renewals, and takes results in. */
async function serve(connection: NatsConnection, pool: Pool): Promise<void> {
  const answer = (subject: string, handle: (agentId: string, message: Msg) => Promise<unknown>): void => {
    connection.subscribe(`${subject}.*`, {
      callback: (_error, message) =>
        void handle(agentOf(message.subject), message).then((reply) =>
          message.respond(JSON.stringify(reply)),
        ),
    });
  };
  answer('chain.claim', async (agentId, message) => {
    const { rows } = await pool.query<Held>({ ...CLAIM_THIS, values: [agentId, message.string()] });
    return rows[0] ?? null;
  });
  answer('chain.renew', async (agentId, message) => {
    const { id, epoch } = message.json<Held>();
    return (await pool.query({ ...RENEW, values: [id, agentId, epoch] })).rowCount === 1;
  });
  const record = async (message: JsMsg): Promise<void> => {
    const agentId = agentOf(message.subject);
    const { kind, id, epoch } = message.json<Result>();
    if (kind === 'end') await pool.query({ ...FINISH, values: [id, agentId, epoch] });
    message.ack();
    connection.publish(`chain.committed.${agentId}`, `${id}.${kind}`);
  };
  const results = await jetstream(connection).consumers.get('CHAIN_RESULTS', 'all');
  await results.consume({ callback: (message) => void record(message) });
}

const agentOf = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

interface Agent {
  /** Takes an offer and brings its job to the end. */
  workOne(): Promise<void>;
  close(): Promise<void>;
}

async function openAgent(url: string): Promise<Agent> {
  const agentId = randomUUID();
  const connection = await connect({ servers: url });
  const client = jetstream(connection);
  const offers = await client.consumers.get('CHAIN_OFFERS', 'all');
  const waiting = new Map<string, () => void>();
  connection.subscribe(`chain.committed.${agentId}`, {
    callback: (_error, message) => waiting.get(message.string())?.(),
  });
  const report = async (held: Held, kind: Result['kind'], block: string): Promise<void> => {
    const id = `${held.id}.${kind}`;
    const committed = new Promise<void>((resolve) => waiting.set(id, resolve));
    await client.publish(`chain.result.${agentId}`, JSON.stringify({ ...held, kind, block }));
    await committed;
    waiting.delete(id);
  };
  return {
    workOne: async () => {
      const offer = await offers.next({ expires: EMPTY_AFTER_MS });
      if (offer === null) throw new Error('an offer was lost');
      const held = (await connection.request(`chain.claim.${agentId}`, offer.data)).json<Held | null>();
      offer.ack();
      if (held === null) throw new Error('a job was claimed twice');
      const renewed = await connection.request(`chain.renew.${agentId}`, JSON.stringify(held));
      if (!renewed.json<boolean>()) throw new Error('a held job could not be renewed');
      await report(held, 'block', 'x'.repeat(BLOCK_BYTES));
      await report(held, 'end', '');
    },
    close: () => connection.close(),
  };
}
