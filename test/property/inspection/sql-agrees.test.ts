// The SQL and the pure machine walk the same steps side by side; after each the row must say what the machine says.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancelJob } from '../../../coordinator/inspections/cancel-job.ts';
import { expireLeases } from '../../../coordinator/inspections/expire-leases.ts';
import { renewLease } from '../../../coordinator/inspections/renew-lease.ts';
import { asSpokenBy, jobId as jobIdOf, type Job } from '../../../shared/inspection/job-state.ts';
import { queue } from '../../../shared/inspection/transitions/queue.ts';
import { createWorld, LEASE_MS, type World } from '../../support/campaign-world.ts';
import { jobStep, type JobStep } from '../../support/job-walk.ts';
import { agentName, takeStep, type PureJob } from '../../support/pure-job.ts';
import { rethrow } from '../../support/rethrow.ts';
import { blockOf } from '../../support/trial-blocks.ts';

let world: World;
let agents: string[];
let runs = 0;

beforeAll(async () => {
  const policy = {
    maximumInfraAttempts: 3,
    maximumRejections: 1000,
    maximumEpochs: 6,
    backoffBaseMs: 20_000,
  };
  world = await createWorld({ policy });
  agents = [await world.addAgent(), await world.addAgent()];
});
afterAll(async () => {
  await world.close();
});

/** Whole tens of seconds, so that the milliseconds which pass for real decide nothing; one failure at a time. */
function drawable(step: JobStep): JobStep {
  if (step.kind === 'wait') return { ...step, ms: Math.round(step.ms / 10_000) * 10_000 };
  if (step.kind === 'end') return { ...step, rejection: step.rejection && !step.infra };
  return step;
}

async function startJob(): Promise<{ id: string; stackId: string }> {
  runs += 1;
  await world.rows(
    `update jobs set state = 'cancelled', lease_ends_at = null where state in ('queued', 'claimed')`,
  );
  await world.rows(`update campaigns set state = 'cancelled'`);
  await world.createCampaign({ name: `run-${runs}`, baseline: 'none', sampling: { count: 1 } });
  await world.feed();
  const [row] = await world.rows<{ id: string; stack_id: string }>(
    `select j.id, i.stack_id from jobs j join inspections i on i.job_id = j.id where j.state = 'queued'`,
  );
  if (row === undefined) throw new Error('the feeder made no job');
  return { id: row.id, stackId: row.stack_id };
}

async function takeStepInSql(id: string, stackId: string, epoch: number, step: JobStep): Promise<void> {
  switch (step.kind) {
    case 'wait':
      return await world.letTimePass(step.ms);
    case 'claim':
      await world.claim(agents[step.agent] ?? '', id);
      return;
    case 'renew': {
      const request = { jobId: id, epoch: epoch - step.epochsAgo, quietForMs: step.quietForMs };
      await renewLease({ pool: world.pool, leaseMs: LEASE_MS }, agents[step.agent] ?? '', request);
      return;
    }
    case 'reap':
      await expireLeases({ pool: world.pool, policy: world.policy, random: () => 0.5 }, rethrow);
      return;
    case 'cancel':
      await cancelJob(world.pool, id);
      return;
    case 'end':
      await endInSql(id, stackId, epoch, step);
  }
}

async function endInSql(
  id: string,
  stackId: string,
  epoch: number,
  step: Extract<JobStep, { kind: 'end' }>,
): Promise<void> {
  const failure = {
    outcome: 'failed',
    cause: 'stack',
    phase: 'run',
    code: 'TROOP-1501',
    message: '',
  } as const;
  const isCompleted = step.isDone || step.rejection;
  await world.record(agents[step.agent] ?? '', {
    kind: 'end',
    body: {
      jobId: id,
      epoch: epoch - step.epochsAgo,
      n: 0,
      ending: isCompleted ? 'completed' : 'aborted',
      reason: step.infra ? 'the disk is full' : 'shutdown',
      failures: step.isDone ? [{ stackId, benchmark: 'matmul', failure }] : [],
      hardwareDigest: 'hardware',
      startedAt: '',
      finishedAt: '',
    },
  });
}

/** What becomes of an empty block of the epoch, which changes nothing. */
async function reportBlock(agent: string, heading: { jobId: string; epoch: number; n: number }) {
  const body = { ...heading, block: { ...blockOf(0, null, []), pairs: [] } };
  return (await world.record(agent, { kind: 'block', body })).stored;
}

/** What both sides can say, in the same words. */
function ofModel(job: Job): Record<string, unknown> {
  const isOpen = job.state === 'queued' || job.state === 'claimed';
  return {
    state: job.state,
    epoch: job.epoch,
    infra: job.attempts.infra,
    rejections: job.attempts.rejections,
    speaker: isOpen ? job.speaker : null,
    lostOn: isOpen ? job.lostOn : null,
    cancelRequested: job.state === 'claimed' && job.cancelRequested,
    reason: job.state === 'dead' ? job.reason : null,
  };
}

async function ofRow(id: string): Promise<Record<string, unknown>> {
  const [row] = await world.rows<{
    state: string;
    epoch: number;
    infra_attempts: number;
    rejections: number;
    agent_id: string | null;
    lost_on_agent_id: string | null;
    cancel_requested: boolean;
    dead_reason: string | null;
  }>('select * from jobs where id = $1', [id]);
  if (row === undefined) throw new Error('the job is gone');
  const nameOf = (agent: string | null): string | null =>
    agent === null ? null : agentName(agents.indexOf(agent));
  const isOpen = row.state === 'queued' || row.state === 'claimed';
  return {
    state: row.state,
    epoch: row.epoch,
    infra: row.infra_attempts,
    rejections: row.rejections,
    speaker: isOpen ? nameOf(row.agent_id) : null,
    lostOn: nameOf(row.lost_on_agent_id),
    cancelRequested: row.cancel_requested,
    reason: row.dead_reason,
  };
}

/** A second claim by the holder is answered again, which only the wire knows of. */
const isRepeatedClaim = (job: Job, step: JobStep): boolean =>
  step.kind === 'claim' && job.state === 'claimed' && job.speaker === agentName(step.agent);

test('after any steps, the row of a job says what the pure machine says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(jobStep, { maxLength: 30, size: 'max' }), async (drawn) => {
      const { id, stackId } = await startJob();
      let model: PureJob = { job: queue(jobIdOf(id), 0), nowMs: 0 };
      for (const step of drawn.map(drawable)) {
        if (isRepeatedClaim(model.job, step)) continue;
        await takeStepInSql(id, stackId, model.job.epoch, step);
        model = takeStep(model, step, world.policy).after;
        expect(await ofRow(id)).toEqual(ofModel(model.job));
      }
    }),
    { numRuns: 40 },
  );
});

test('after any steps, a block counts from whom the pure machine lets speak for the job, and from nobody else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(jobStep, { maxLength: 20, size: 'max' }), async (drawn) => {
      const { id, stackId } = await startJob();
      let model: PureJob = { job: queue(jobIdOf(id), 0), nowMs: 0 };
      for (const [n, step] of drawn.map(drawable).entries()) {
        if (isRepeatedClaim(model.job, step)) continue;
        await takeStepInSql(id, stackId, model.job.epoch, step);
        model = takeStep(model, step, world.policy).after;
        for (const [index, agent] of agents.entries()) {
          for (const epoch of [model.job.epoch, model.job.epoch - 1]) {
            const speaks = asSpokenBy(model.job, agentName(index), epoch) !== null;
            const block = { jobId: id, epoch, n };
            const twice = [await reportBlock(agent, block), await reportBlock(agent, block)];
            expect(twice).toEqual(speaks ? ['accepted', 'duplicate'] : ['stale', 'stale']);
          }
        }
      }
    }),
    { numRuns: 25 },
  );
});
