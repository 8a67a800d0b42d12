-- One claim of an agent at a time: a second one waits here, and then sees the first.
with agent as materialized (
  select id, admin_state, fingerprint, fingerprint_hash, hardware_digest, hardware_epoch
  from agents where id = $1 for no key update
)
select
  agent.id, agent.admin_state, agent.fingerprint, agent.hardware_digest, agent.hardware_epoch,
  coalesce(l.eligible, false) as in_lane,
  exists (select from jobs j where j.agent_id = agent.id and j.state = 'claimed' and j.id <> $3) as is_busy
from agent
left join agent_lanes l on l.agent_id = agent.id and l.lane = $2
