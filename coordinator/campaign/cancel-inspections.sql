-- All that is pending and in nobody's hands; the rest is decided when its job ends. $5: spare a baseline that some
-- running trial may still prove.
update inspections i set
  outcome = 'cancelled', cause = 'user', phase = 'run', code = $2, message = $3, hint = $4,
  decided_at = clock_timestamp(), last_failure = null
where i.campaign_id = $1 and i.outcome is null
  and not exists (select from jobs j where j.id = i.job_id and j.state = 'claimed')
  and not ($5::boolean and i.role = 'baseline' and exists (
    select from jobs j where j.environment_id = i.environment_id and j.lane = i.lane and j.state = 'claimed'))
