-- Locks a job for a claim ($1 job, $2 agent), and reads what the verdict depends on: whether the agent may serve its lane and holds
-- another job, in which life of its agent it is held, its campaign, its environment, and the baseline in force on its lane.
-- The agent is locked already, by a statement before this one: what its other claims have done is seen here. All but the job
-- itself is as it was before a wait for the job's lock; whoever may change what is pending in the job holds that lock, so that
-- alone is read later (open-hold.sql). The clock is read after the lock was got, which is why the row comes through a materialized step.
with job as materialized (
  select * from jobs where id = $1 for no key update
)
select
  job.id, job.campaign_id, job.environment_id, job.lane, job.target, job.priority, job.state, job.epoch, job.agent_id,
  job.cancel_requested, job.infra_attempts, job.rejections, job.lost_on_agent_id, job.offer_sequence, job.dead_reason,
  extract(epoch from job.lease_ends_at)::float8 * 1000 as lease_ends_at_ms,
  extract(epoch from job.not_before)::float8 * 1000 as not_before_ms,
  extract(epoch from clock_timestamp())::float8 * 1000 as now_ms,
  exists (select from agent_lanes a where a.agent_id = $2 and a.lane = job.lane and a.eligible) as in_lane,
  exists (select from jobs o where o.agent_id = $2 and o.state = 'claimed' and o.id <> job.id) as is_busy,
  k.life_series, k.life_number,
  c.name as campaign_name, c.state as campaign_state, c.definition, c.knowledge_snapshot_id,
  e.environment,
  b.rank as baseline_rank, b.stack_id as baseline_stack_id, l.content as baseline_lock
from job
join campaigns c on c.id = job.campaign_id
join campaign_environments e on e.id = job.environment_id
left join claims k on k.job_id = job.id and k.epoch = job.epoch
left join baselines b on b.environment_id = job.environment_id and b.lane = job.lane and b.state <> 'rejected'
left join locks l on l.lock_digest = b.lock_digest
