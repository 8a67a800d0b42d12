select i.id, i.role, i.stack_id, i.lock_digest, i.last_failure
from inspections i
where i.job_id = $1 and i.outcome is null
order by i.role desc, i.position, i.id
