select l.content as lock
from baseline_candidates b
join locks l on l.lock_digest = b.lock_digest
where b.environment_id = $1 and b.rank = $2
