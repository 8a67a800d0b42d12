select i.role, l.content as lock
from inspections i
join locks l on l.lock_digest = i.lock_digest
where i.job_id = $1 and i.outcome is null
order by i.position, i.id
