-- The parts of the logs of one stack: of the epoch that decided it, else of the newest that sent any. A clock is asked only
-- between the jobs of a baseline that has none of its own.
with chosen as (
  select coalesce(i.decided_by_job_id, i.job_id) as job_id, i.decided_epoch, i.stack_id, i.role, i.environment_id, i.lane
  from inspections i where i.id = $1
), newest as (
  select p.job_id, p.epoch
  from chosen c
  join jobs j on j.id = c.job_id or (c.job_id is null and j.environment_id = c.environment_id and j.lane = c.lane)
  join log_parts p on p.job_id = j.id and p.stack_id = c.stack_id
  order by p.epoch is not distinct from c.decided_epoch desc, case when c.job_id is not null then p.epoch end desc, p.received_at desc
  limit 1
)
select p.job_id, p.epoch, p.phase, p.part, p.parts, p.gzip
from newest n
join chosen c on true
join log_parts p on p.job_id = n.job_id and p.epoch = n.epoch and p.stack_id = c.stack_id
order by p.phase, p.part
limit 400
