// Jobs through offer → claim → renew → finish, and what that costs over the parts that it is made of: the barest lease and the
// barest chain that one would write by hand, the same use cases called directly on the same database, and the broker alone.
// All in one run, in turn, on one machine.
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
import { median, rounded, tellFigure } from './figures.ts';
import { openBarestChain, type BarestChain } from './jobs/barest-chain.ts';
import { openBarestLease, type BarestLease } from './jobs/barest-lease.ts';
import { countStatements, type Traffic } from './jobs/count-statements.ts';
import { openJetStreamAlone, type JetStreamAlone } from './jobs/jetstream-alone.ts';
import { processorMsBetween, processorTimes } from './jobs/processor-time.ts';
import { signedJobsPerSecond } from './jobs/signatures-alone.ts';
import { openNatsFleet, type BenchAgent, type NatsFleet } from './nats-fleet.ts';
import type { Goal } from './verdict.ts';

const REPEATS = 3;
const AGENTS = 8;
/** As many connections as in the figure that the goal was set against. */
const CONNECTIONS = 8;
const JOBS = 400;
const QUEUE: QueueName = { lane: 'any', target: TARGET, priority: 1 };

let nats: TestNats;
let world: World;
let agentIds: string[];
let takeTraffic: () => Traffic;
beforeAll(async () => {
  nats = await startNats();
  world = await createWorld({ candidates: 1e6, maximumConnections: CONNECTIONS });
  takeTraffic = countStatements(world.pool);
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

/** Offers a second that all agents together take and ack through our port, and nothing else. */
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

/** What one way of doing the jobs came to. */
interface Run {
  readonly perSecond: number;
  readonly processorMsPerJob: number;
  readonly traffic: Traffic;
}

async function run(work: () => Promise<number>, jobs = JOBS): Promise<Run> {
  takeTraffic();
  const before = await processorTimes(world.pool);
  const perSecond = await work();
  const after = await processorTimes(world.pool);
  return { perSecond, processorMsPerJob: processorMsBetween(before, after) / jobs, traffic: takeTraffic() };
}

interface Round {
  readonly wire: Run;
  readonly direct: Run;
  readonly barest: Run;
  readonly chain: Run;
  readonly offers: Run;
  readonly alone: Run;
  readonly signatures: Run;
}

async function measure(
  parts: { fleet: NatsFleet; barest: BarestLease; chain: BarestChain; alone: JetStreamAlone },
  repeat: number,
): Promise<Round> {
  const { fleet, barest, chain, alone } = parts;
  const overNats = { ...world.feeder, broker: fleet.broker, encodeOffer: fleet.encodeOffer };
  const decode = (body: Uint8Array): Work => offerMessage.decode(openEnvelope(body).body);
  return {
    barest: await run(() => barest.jobsPerSecond(10 * JOBS), 10 * JOBS),
    direct: await run(() =>
      jobsPerSecond(`direct-${repeat}`, world.feeder, (worker) => workDirectly(agentIds[worker] as string)),
    ),
    chain: await run(() => chain.jobsPerSecond(4 * JOBS), 4 * JOBS),
    alone: await run(() => alone.messagesPerSecond(JOBS)),
    wire: await run(() =>
      jobsPerSecond(`wire-${repeat}`, overNats, (worker) =>
        workOverNats(fleet.agents[worker] as BenchAgent, decode),
      ),
    ),
    offers: await run(() => offersPerSecond(fleet)),
    signatures: await run(() => Promise.resolve(signedJobsPerSecond(JOBS))),
  };
}

it('jobs a second over the wire, beside the barest lease, our own calls made directly, and the broker alone', async () => {
  const fleet = await openNatsFleet(world, nats.url, agentIds);
  const barest = await openBarestLease(world.url, CONNECTIONS);
  const chain = await openBarestChain(nats.url, world.url, { agents: AGENTS, connections: CONNECTIONS });
  const alone = await openJetStreamAlone(nats.url, CONNECTIONS);
  const rounds: Round[] = [];
  try {
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      rounds.push(await measure({ fleet, barest, chain, alone }, repeat));
    }
  } finally {
    await alone.close();
    await chain.close();
    await barest.close();
    await fleet.close();
  }
  tellRounds(rounds);
  const decided = await world.rows<{ count: number }>(
    `select count(*)::int as count from inspections where outcome = 'succeeded'`,
  );
  expect(decided[0]?.count).toBe(2 * REPEATS * JOBS);
});

function tellRounds(rounds: readonly Round[]): void {
  const speed = (key: keyof Round): number => median(rounds.map((round) => round[key].perSecond));
  const cost = (key: keyof Round): number => median(rounds.map((round) => round[key].processorMsPerJob));
  const beside = (
    figure: string,
    [ours, reference]: readonly [keyof Round, keyof Round],
    name: string,
    bounds: { goal?: Goal; aim?: Goal } = {},
  ) =>
    tellFigure({
      bench: 'jobs',
      figure,
      ours: speed(ours),
      unit: 'jobs/s',
      reference: { name, value: speed(reference) },
      ratio: median(rounds.map((round) => round[ours].perSecond / round[reference].perSecond)),
      ...bounds,
    });
  const goal = { ratioAtLeast: 0.25 };
  beside('offer to end over the wire, by the barest lease', ['wire', 'barest'], 'four statements by hand', {
    goal,
    aim: { ratioAtLeast: 0.4 },
  });
  beside('offer to end over the wire, by our own calls', ['wire', 'direct'], 'the same calls directly', {
    goal,
  });
  beside('offer to end over the wire, by the barest chain', ['wire', 'chain'], 'the same flow by hand');
  beside('offer to end over the wire, by the broker alone', ['wire', 'alone'], 'JetStream next and ack');
  beside('the barest chain, by the broker alone', ['chain', 'alone'], 'JetStream next and ack');
  beside('offer to end over the wire, by our offers alone', ['wire', 'offers'], 'our port, take and ack');
  beside(
    'offer to end over the wire, by its signatures alone',
    ['wire', 'signatures'],
    'nine messages signed and verified',
  );
  const beyond = (name: string, reference: keyof Round) =>
    tellFigure({
      bench: 'jobs',
      figure: 'processor time of a job, all processes',
      ours: cost('wire'),
      unit: 'ms',
      reference: { name, value: cost(reference) },
      ratio: median(rounds.map((round) => round.wire.processorMsPerJob / round[reference].processorMsPerJob)),
    });
  beyond('four statements by hand', 'barest');
  beyond('the same flow by hand', 'chain');
  tellTraffic(rounds.map(({ wire }) => wire.traffic));
}

/** What the database is asked for one job, from its making to its end. */
function tellTraffic(traffic: readonly Traffic[]): void {
  const perJob = (read: (one: Traffic) => number): number => median(traffic.map(read)) / JOBS;
  const names = Object.keys(traffic[0]?.byName ?? {});
  tellFigure(
    {
      bench: 'jobs',
      figure: 'statements to the database a job',
      ours: perJob(({ statements }) => statements),
      unit: 'statements',
      reference: { name: 'by hand', value: 4 },
    },
    {
      roundTrips: rounded(perJob(({ roundTrips }) => roundTrips)),
      bytesSent: rounded(perJob(({ bytesSent }) => bytesSent)),
      bytesReceived: rounded(perJob(({ bytesReceived }) => bytesReceived)),
      byName: Object.fromEntries(
        names.map((name) => [name, rounded(perJob(({ byName }) => byName[name] ?? 0))]),
      ),
    },
  );
}
