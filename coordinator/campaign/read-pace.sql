-- How fast the campaign goes: trials that ended in order, and inspections decided, within the last hour.
select
  avg(extract(epoch from (k.ended_at - k.claimed_at)))::float8 * 1000 as trial_ms,
  count(*)::int as trials
from claims k
join jobs j on j.id = k.job_id
where j.campaign_id = $1 and k.ending = 'completed'
