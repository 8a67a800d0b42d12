// Jobs through offer → claim → renew → finish, and what that costs over the parts that it is made of: the same use cases
// called directly on the same database, and the broker's offers alone. All three in one run, on one machine.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { feedOnce } from '../../coordinator/campaign/feeder.ts';
import { renewLease } from '../../coordinator/inspections/renew-lease.ts';
import type { Trial } from '../../shared/protocol/claim-message.ts';
import { openEnvelope } from '../../shared/protocol/envelope.ts';
import { offerMessage } from '../../shared/protocol/offer-message.ts';
import type { QueueName } from '../../shared/protocol/subjects.ts';
import { trialMessageId } from '../../shared/protocol/trial-messages.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { createWorld, LEASE_MS, TARGET, type World } from '../support/campaign-world.ts';
import { startNats, type TestNats } from '../support/nats.ts';
import { blockOf } from '../support/trial-blocks.ts';
import { median, rounded, tell } from './figures.ts';
import { openNatsFleet, type BenchAgent, type NatsFleet } from './nats-fleet.ts';

const REPEATS = 3;
const AGENTS = 8;
/** As many connections as in the figure that the goal was set against. */
const CONNECTIONS = 8;
const JOBS = 400;
const QUEUE: QueueName = { lane: 'any', target: TARGET, priority: 1 };

let nats: TestNats;
let world: World;
let agentIds: string[];
beforeAll(async () => {
  nats = await startNats();
  world = await createWorld({ candidates: 1e6, maximumConnections: CONNECTIONS });
  agentIds = [];
  for (let count = 0; count < AGENTS; count++) agentIds.push(await world.addAgent());
  // The window of offers follows the number of machines: these make it wide and take nothing.
  for (let count = 0; count < 92; count++) await world.addAgent();
});
afterAll(async () => {
  await world.close();
  await nats.stop();
});

interface Work {
  readonly jobId: string;
  readonly offerSequence: number;
}

/** Jobs a second of all workers together, of a campaign of single-stack jobs. */
async function jobsPerSecond(
  name: string,
  feeder: World['feeder'],
  work: (worker: number, next: () => Promise<void>) => Promise<boolean>,
): Promise<number> {
  await world.createCampaign({
    name,
    baseline: 'none',
    sampling: { count: JOBS },
    trial: { stacks: 1, blocks: 1 },
  });
  let feeding: Promise<unknown> = Promise.resolve();
  const feed = async (): Promise<void> => {
    feeding = feeding.then(() => feedOnce(feeder));
    await feeding;
  };
  await feed();
  let done = 0;
  const startedMs = systemClock.monotonicMs();
  await Promise.all(
    agentIds.map(async (_, worker) => {
      while (done < JOBS) {
        if (await work(worker, feed)) {
          done += 1;
          if (done % 50 === 0) void feed();
        } else if (done < JOBS) {
          await feed();
        }
      }
    }),
  );
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  await feeding;
  return JOBS / seconds;
}

function endBody(jobId: string, epoch: number) {
  return {
    jobId,
    epoch,
    n: 0,
    ending: 'completed' as const,
    reason: null,
    failures: [],
    sent: { builds: 0, blocks: 1 },
    hardwareDigest: 'hardware',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: '2026-01-01T00:10:00Z',
  };
}

function blockBody(jobId: string, epoch: number, trial: Trial) {
  return { jobId, epoch, n: 0, block: blockOf(0, null, trial.candidates) };
}

/** One job, with calls in place of messages. */
async function workDirectly(agentId: string): Promise<boolean> {
  const offer = await world.takeOffer();
  if (offer === null) return false;
  const reply = await world.claim(agentId, offer.jobId, offer.offerSequence);
  if (reply.verdict !== 'granted') return false;
  const { jobId, epoch, trial } = reply;
  await renewLease({ pool: world.pool, leaseMs: LEASE_MS }, agentId, { jobId, epoch });
  await world.record(agentId, { kind: 'block', body: blockBody(jobId, epoch, trial) });
  await world.record(agentId, { kind: 'end', body: endBody(jobId, epoch) });
  return true;
}

async function workOverNats(agent: BenchAgent, decode: (body: Uint8Array) => Work): Promise<boolean> {
  // A broker that is late on a busy machine is asked again, as the agent's loop does.
  const taken = await agent.broker.takeOffer(QUEUE).catch(() => null);
  if (taken === null) return false;
  const { jobId, offerSequence } = decode(taken.body);
  const reply = await agent.link.claim({ jobId, offerSequence, hardwareDigest: 'hardware' });
  await taken.ack();
  if (reply.verdict !== 'granted') return false;
  const { epoch, trial } = reply;
  await agent.link.renew({ jobId, epoch });
  const heading = { jobId, epoch, n: 0 };
  await agent.report('block', trialMessageId('block', heading), blockBody(jobId, epoch, trial));
  await agent.report('end', trialMessageId('end', heading), endBody(jobId, epoch));
  return true;
}

/** Offers a second that all agents together take and ack, and nothing else. */
async function offersPerSecond(fleet: NatsFleet): Promise<number> {
  const queue = { ...QUEUE, lane: 'cuda' };
  await fleet.broker.ensureQueue(queue);
  for (let index = 0; index < JOBS; index++) {
    await fleet.broker.offer(queue, `bench-${Math.random()}`, Buffer.alloc(300));
  }
  const startedMs = systemClock.monotonicMs();
  await Promise.all(
    fleet.agents.map(async ({ broker }) => {
      for (let taken = await broker.takeOffer(queue); taken !== null; taken = await broker.takeOffer(queue)) {
        await taken.ack();
      }
    }),
  );
  const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
  await fleet.broker.removeQueue(queue);
  return JOBS / seconds;
}

it('jobs a second over the wire, beside the same calls made directly and the broker alone', async () => {
  const decode = (body: Uint8Array): Work => offerMessage.decode(openEnvelope(body).body);
  const figures: { wire: number; direct: number; broker: number }[] = [];
  const fleet = await openNatsFleet(world, nats.url, agentIds);
  const overNats = { ...world.feeder, broker: fleet.broker, encodeOffer: fleet.encodeOffer };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    figures.push({
      direct: await jobsPerSecond(`direct-${repeat}`, world.feeder, (worker) =>
        workDirectly(agentIds[worker] as string),
      ),
      wire: await jobsPerSecond(`wire-${repeat}`, overNats, (worker) =>
        workOverNats(fleet.agents[worker] as BenchAgent, decode),
      ),
      broker: await offersPerSecond(fleet),
    });
  }
  await fleet.close();
  const of = (key: 'wire' | 'direct' | 'broker'): number => median(figures.map((figure) => figure[key]));
  tell({
    bench: 'jobs',
    agents: AGENTS,
    connections: CONNECTIONS,
    jobsPerSecond: rounded(of('wire')),
    sameCallsDirectlyPerSecond: rounded(of('direct')),
    ratioToDirect: rounded(median(figures.map(({ wire, direct }) => wire / direct))),
    brokerAlonePerSecond: rounded(of('broker')),
    ratioToBrokerAlone: rounded(median(figures.map(({ wire, broker }) => wire / broker))),
    goal: 0.25,
  });
  const decided = await world.rows<{ count: number }>(
    `select count(*)::int as count from inspections where outcome = 'succeeded'`,
  );
  expect(decided[0]?.count).toBe(2 * REPEATS * JOBS);
});
