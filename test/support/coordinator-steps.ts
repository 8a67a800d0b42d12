// Steps that a coordinator's use cases can be asked to take, drawn at random, and the use cases over any pool: the
// database in memory and PostgreSQL take the same ones.
import fc from 'fast-check';
import type { Pool } from 'pg';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../coordinator/campaign/change-state.ts';
import { createCampaign } from '../../coordinator/campaign/create-campaign.ts';
import { feedOnce, type FeederDependencies } from '../../coordinator/campaign/feeder.ts';
import { reconcileOnce } from '../../coordinator/campaign/reconciler.ts';
import { cancelJob } from '../../coordinator/inspections/cancel-job.ts';
import { claimJob } from '../../coordinator/inspections/claim-job.ts';
import { endEarlierHold } from '../../coordinator/inspections/end-earlier-hold.ts';
import { expireLeases } from '../../coordinator/inspections/expire-leases.ts';
import { recordTrialMessage } from '../../coordinator/inspections/record-trial-message.ts';
import type { TrialMessage } from '../../coordinator/inspections/trial-message.ts';
import { renewLease } from '../../coordinator/inspections/renew-lease.ts';
import { createClockWatch } from '../../coordinator/inspections/watch-clock.ts';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { AgentLife } from '../../shared/inspection/agent-life.ts';
import type { Failure } from '../../shared/inspection/failure.ts';
import type { RetryPolicy } from '../../shared/inspection/retry-policy.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import { LEASE_MS, SNAPSHOT } from './campaign-world.ts';
import { blockOf } from './trial-blocks.ts';
import { rethrow } from './rethrow.ts';

interface Saying {
  readonly kind: 'renew' | 'build' | 'block' | 'end' | 'log';
  readonly job: number;
  /** Null: whoever holds the job. */
  readonly agent: number | null;
  readonly epochsAgo: number;
  readonly n: number;
  readonly what: 'good' | 'stack' | 'fleet' | 'script';
}
interface FleetStep {
  readonly kind: 'feed' | 'reconcile' | 'reap' | 'wipe';
}
/** About the campaign of the first job. */
interface CampaignStep {
  readonly kind: 'pause' | 'resume' | 'cancel';
}

/** `job` and `agent` are places in lists, counted round. */
export type CoordinatorStep =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'cancel job'; readonly job: number }
  | {
      readonly kind: 'claim';
      readonly job: number;
      readonly agent: number;
      readonly sequence: number;
      readonly life: AgentLife | null;
    }
  /** The agent says in which life it speaks. */
  | { readonly kind: 'begin life'; readonly agent: number; readonly life: AgentLife }
  | FleetStep
  | CampaignStep
  | Saying;

const place = fc.nat({ max: 3 });
const SERIES = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
const life = fc.record({
  series: fc.constantFrom(SERIES[0], SERIES[0], SERIES[0], SERIES[1]),
  number: fc.integer({ min: 1, max: 3 }),
});
const said = (kind: Saying['kind']): fc.Arbitrary<Saying> =>
  fc.record({
    kind: fc.constant(kind),
    job: place,
    agent: fc.option(place, { freq: 6 }),
    epochsAgo: fc.constantFrom(0, 0, 0, 0, 0, 1),
    n: fc.nat({ max: 2 }),
    what: fc.constantFrom('good', 'good', 'good', 'stack', 'fleet', 'script'),
  });
const alone = (kind: (FleetStep | CampaignStep)['kind']): fc.Arbitrary<CoordinatorStep> =>
  fc.constant({ kind });

export const coordinatorStep: fc.Arbitrary<CoordinatorStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(10_000, 40_000, 100_000, 700_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'wait' as const, ms: -7_200_000 }) },
  { weight: 5, arbitrary: alone('feed') },
  { weight: 2, arbitrary: alone('reconcile') },
  { weight: 3, arbitrary: alone('reap') },
  { weight: 1, arbitrary: fc.oneof(alone('pause'), alone('resume'), alone('resume'), alone('wipe')) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel job' as const), job: place }) },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('claim' as const),
      job: place,
      agent: place,
      sequence: fc.constantFrom(1, 1, 2),
      life: fc.option(life, { freq: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('begin life' as const), agent: place, life }),
  },
  { weight: 2, arbitrary: said('renew') },
  { weight: 3, arbitrary: said('build') },
  { weight: 4, arbitrary: said('block') },
  { weight: 4, arbitrary: said('end') },
  { weight: 1, arbitrary: said('log') },
);

export interface StepWorld {
  readonly pool: Pool;
  readonly feeder: FeederDependencies;
  readonly agents: readonly string[];
  readonly policy: RetryPolicy;
  readonly broker: Parameters<typeof reconcileOnce>[0]['broker'];
  readonly letTimePass: (ms: number) => Promise<void>;
  readonly wipe: () => void;
}

/** What a step is about: the same in both worlds, read from either. */
export interface StepTarget {
  readonly jobId: string;
  readonly epoch: number;
  readonly holder: string | null;
  readonly stacks: readonly LockedStack[];
  readonly baseline: LockedStack | null;
  readonly campaign: string;
}

const at = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)];

/** Takes the step; gives what the use case answered, or the code of what it threw. */
export async function takeCoordinatorStep(
  world: StepWorld,
  step: CoordinatorStep,
  target: StepTarget | null,
): Promise<unknown> {
  try {
    return await take(world, step, target);
  } catch (error) {
    if (error instanceof TroopError) return error.code;
    throw error;
  }
}

async function take(world: StepWorld, step: CoordinatorStep, target: StepTarget | null): Promise<unknown> {
  const { pool, agents } = world;
  if (step.kind === 'wait') return await world.letTimePass(step.ms);
  if (isFleetStep(step)) return await takeOnFleet(world, step);
  if (step.kind === 'begin life') {
    const ending = { pool, policy: world.policy, random: () => 0.5 };
    return await endEarlierHold(ending, at(agents, step.agent) ?? '', step.life);
  }
  if (target === null) return null;
  if (step.kind === 'claim') {
    return await claimIn(world, at(agents, step.agent) ?? '', target.jobId, step);
  }
  if (step.kind === 'cancel job') return await cancelJob(pool, target.jobId);
  return isSaying(step) ? await say(world, step, target) : await change[step.kind](pool, target.campaign);
}

const isFleetStep = (step: CoordinatorStep): step is FleetStep =>
  ['feed', 'reconcile', 'reap', 'wipe'].includes(step.kind);
const isSaying = (step: CampaignStep | Saying): step is Saying => 'what' in step;

const change: Record<CampaignStep['kind'], (pool: Pool, campaign: string) => Promise<unknown>> = {
  pause: pauseCampaign,
  resume: resumeCampaign,
  cancel: cancelCampaign,
};

async function takeOnFleet(world: StepWorld, { kind }: FleetStep): Promise<unknown> {
  const { pool, policy, broker } = world;
  switch (kind) {
    case 'wipe':
      return world.wipe();
    case 'feed':
      return await feedOnce(world.feeder);
    case 'reap': {
      const watched = { pool, policy, leaseMs: LEASE_MS, clock: systemClock, logger: silentLogger };
      const { letGo } = await createClockWatch(watched).look();
      return { letGo, expired: await expireLeases({ pool, policy, random: () => 0.5 }, rethrow) };
    }
    case 'reconcile': {
      const { forgotten, removedQueues } = await reconcileOnce({ pool, broker, logger: silentLogger });
      return { forgotten, removedQueues };
    }
  }
}

async function say(world: StepWorld, step: Saying, target: StepTarget): Promise<unknown> {
  const { pool, policy, agents } = world;
  const agentId = (step.agent === null ? target.holder : at(agents, step.agent)) ?? agents[0] ?? '';
  const epoch = Math.max(1, target.epoch - step.epochsAgo);
  if (step.kind === 'renew') {
    const request = { jobId: target.jobId, epoch, quietForMs: step.n * 60_000 };
    return await renewLease({ pool, leaseMs: LEASE_MS }, agentId, request);
  }
  const message = messageOf(step, { ...target, epoch });
  return await recordTrialMessage({ pool, policy, random: () => 0.5 }, agentId, message);
}

async function claimIn(
  world: StepWorld,
  agentId: string,
  jobId: string,
  { sequence, life: claimedIn }: { readonly sequence: number; readonly life: AgentLife | null },
): Promise<unknown> {
  const { pool } = world;
  const reply = await claimJob(
    {
      pool,
      leaseMs: LEASE_MS,
      servesEnvironment: () => ({ eligible: true }),
      indexAccess: () => Promise.resolve([]),
    },
    agentId,
    {
      jobId,
      offerSequence: sequence,
      hardwareDigest: 'hardware',
      ...(claimedIn === null ? {} : { life: claimedIn }),
    },
  );
  // How long to wait is told in milliseconds of two different clocks.
  return reply.verdict === 'refused' ? reply.refusal : { epoch: reply.epoch, trial: reply.trial };
}

const failureOf = (cause: 'stack' | 'fleet' | 'script'): Failure => ({
  outcome: 'failed',
  cause,
  phase: 'run',
  code: 'TROOP-1501',
  message: cause,
});

function messageOf(step: Saying, target: StepTarget): TrialMessage {
  const { jobId, epoch, stacks, baseline } = target;
  const heading = { jobId, epoch, n: step.n };
  const failure = step.what === 'good' ? null : failureOf(step.what);
  const about = [...stacks, ...(baseline === null ? [] : [baseline])];
  const stackId = at(about, step.n)?.stack_id ?? '';
  if (step.kind === 'build') {
    const body = { ...heading, stackId, role: 'candidate' as const, builder: null, failure };
    return { kind: 'build', body: { ...body, reused: false, durationMs: 1, downloadedBytes: 0 } };
  }
  if (step.kind === 'log') {
    const slice = { phase: 'build', part: step.n, parts: 3, gzip: new Uint8Array(1) };
    return { kind: 'log', body: { ...heading, ...slice, stackId } };
  }
  if (step.kind === 'block') {
    const block = { ...blockOf(step.n, baseline, stacks), valid: step.what === 'good' };
    return { kind: 'block', body: { ...heading, block } };
  }
  return { kind: 'end', body: endOf(step, target, stackId) };
}

function endOf(step: Saying, { jobId, epoch }: StepTarget, stackId: string) {
  const isAborted = step.what === 'fleet';
  return {
    jobId,
    epoch,
    n: 0,
    ending: isAborted ? ('aborted' as const) : ('completed' as const),
    reason: isAborted ? 'the disk is full' : null,
    failures:
      step.what === 'good' || isAborted
        ? []
        : [{ stackId, benchmark: 'matmul', failure: failureOf(step.what) }],
    // Now and then it claims that more was sent than came.
    ...(step.n === 2 ? { sent: { builds: 1, blocks: 1 } } : {}),
    hardwareDigest: 'hardware',
    startedAt: '',
    finishedAt: '',
  };
}

/** The same campaign in both worlds. */
export async function makeCampaign(
  world: StepWorld,
  changes: Readonly<Record<string, unknown>>,
): Promise<string> {
  const request = {
    requirements: ['thing'],
    benchmarks: [{ indicator: 'matmul' }],
    trial: { stacks: 2, blocks: 2 },
    ...changes,
  };
  return (await createCampaign(world.feeder, request, SNAPSHOT)).id;
}
