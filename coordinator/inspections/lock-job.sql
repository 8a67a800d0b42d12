-- Locks a job; the clock is read after the lock was got, which is why the row comes through a materialized step.
with job as materialized (
  select * from jobs where id = $1 for no key update
)
select
  id, campaign_id, environment_id, lane, target, priority, state, epoch, agent_id, cancel_requested,
  infra_attempts, rejections, lost_on_agent_id, offer_sequence, dead_reason,
  extract(epoch from lease_ends_at)::float8 * 1000 as lease_ends_at_ms,
  extract(epoch from not_before)::float8 * 1000 as not_before_ms,
  extract(epoch from clock_timestamp())::float8 * 1000 as now_ms
from job
