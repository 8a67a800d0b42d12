-- $1 job, $2 epoch. What has come of a trial, with what came and could not be stored.
select
  count(*) filter (where kind = 'build')::int as builds,
  count(*) filter (where kind = 'block')::int as blocks
from (
  select kind from trial_messages where job_id = $1::uuid and epoch = $2
  union all
  select kind from stale_messages where job_id = $1::uuid::text and epoch = $2 and reason = 'unstorable'
) come
