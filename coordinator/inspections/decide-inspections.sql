-- Decides inspections, each once: a second decision finds nothing that is pending. $1: for each its id and its failure, {} when there is
-- none; $2 and $3 the job and epoch that found it out.
update inspections i set
  outcome = coalesce(d.failure ->> 'outcome', 'succeeded'),
  cause = d.failure ->> 'cause',
  phase = d.failure ->> 'phase',
  code = d.failure ->> 'code',
  message = d.failure ->> 'message',
  hint = d.failure ->> 'hint',
  excerpt = d.failure ->> 'excerpt',
  failed_benchmark = d.failure ->> 'benchmark',
  decided_at = clock_timestamp(),
  decided_by_job_id = $2,
  decided_epoch = $3,
  last_failure = null
from jsonb_to_recordset($1::jsonb) as d (id uuid, failure jsonb)
where i.id = d.id and i.outcome is null
