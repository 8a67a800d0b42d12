insert into inspections
  (id, campaign_id, environment_id, lane, target, role, position, stack_id, lock_digest, job_id, sampling, stream_position)
select i.id, e.campaign_id, e.id, i.lane, e.target, i.role, i.position, i.stack_id, i.lock_digest, i.job_id,
  nullif(i.sampling, 'null'::jsonb), i.stream_position
from jsonb_to_recordset($2::jsonb) as i (
  id uuid, lane text, role text, position int, stack_id text, lock_digest text, job_id uuid, sampling jsonb,
  stream_position int)
join campaign_environments e on e.id = $1
on conflict (environment_id, lane, role, stack_id) do nothing
