-- Decides an inspection, once: a second decision finds nothing that is pending. $2 is the failure, {} when there is none.
update inspections set
  outcome = coalesce($2::jsonb ->> 'outcome', 'succeeded'),
  cause = $2::jsonb ->> 'cause',
  phase = $2::jsonb ->> 'phase',
  code = $2::jsonb ->> 'code',
  message = $2::jsonb ->> 'message',
  hint = $2::jsonb ->> 'hint',
  excerpt = $2::jsonb ->> 'excerpt',
  failed_benchmark = $2::jsonb ->> 'benchmark',
  decided_at = clock_timestamp(),
  decided_by_job_id = $3,
  decided_epoch = $4,
  last_failure = null
where id = $1 and outcome is null
