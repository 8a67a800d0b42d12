-- $1 job, $2 epoch. What has come of a trial, and (without a body) what came and could not be stored.
select kind, body
from (
  select kind, n, body from trial_messages where job_id = $1::uuid and epoch = $2 and kind in ('build', 'block')
  union all
  select kind, 0, null from stale_messages
  where job_id = $1::uuid::text and epoch = $2 and reason = 'unstorable' and kind in ('build', 'block')
) come
order by kind, n
