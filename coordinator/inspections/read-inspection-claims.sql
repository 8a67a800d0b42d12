select k.job_id, k.epoch, a.id as agent_id, a.name as agent_name, k.hardware_epoch,
  k.claimed_at, k.ended_at, k.ending, k.reason
from claims k
join agents a on a.id = k.agent_id
where k.job_id = any ($1::uuid[])
order by array_position($1::uuid[], k.job_id), k.epoch
limit 100
