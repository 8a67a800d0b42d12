select
  count(*) filter (where kind = 'build')::int as builds,
  count(*) filter (where kind = 'block')::int as blocks
from trial_messages
where job_id = $1 and epoch = $2
