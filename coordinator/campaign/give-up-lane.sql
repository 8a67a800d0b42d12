-- Nothing on this lane can be compared with anything: what is pending there is decided, and its queued jobs are over.
with over as (
  update jobs set state = 'cancelled', closed_at = clock_timestamp(), last_offer_at = null
  where environment_id = $1 and lane = $2 and state = 'queued'
)
update inspections set
  outcome = 'failed', cause = 'stack', phase = 'build', code = $3, message = $4, hint = $5,
  decided_at = clock_timestamp(), last_failure = null
where environment_id = $1 and lane = $2 and role = 'candidate' and outcome is null
  and not exists (select from jobs j where j.id = inspections.job_id and j.state = 'claimed')
