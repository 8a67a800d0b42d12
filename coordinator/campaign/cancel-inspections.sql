-- All that is pending and in nobody's hands; the rest is decided when its job ends.
update inspections i set
  outcome = 'cancelled', cause = 'user', phase = 'run', code = $2, message = $3, hint = $4,
  decided_at = clock_timestamp(), last_failure = null
where i.campaign_id = $1 and i.outcome is null
  and not exists (select from jobs j where j.id = i.job_id and j.state = 'claimed')
