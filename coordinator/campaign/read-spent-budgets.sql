-- Running campaigns whose trials have taken the machine hours that they were given.
select c.id, (c.definition -> 'budget' ->> 'machineHours')::float8 as hours
from campaigns c
where c.state = 'running'
  and (c.definition -> 'budget' ->> 'machineHours') is not null
  and exists (
    select from campaign_environments e where e.campaign_id = c.id and not e.dry and e.sampled < e.planned
    union all
    select from jobs j where j.campaign_id = c.id and j.state = 'queued')
  and (
    select sum(extract(epoch from coalesce(k.ended_at, clock_timestamp()) - k.claimed_at)) / 3600
    from claims k join jobs j on j.id = k.job_id
    where j.campaign_id = c.id
  ) >= (c.definition -> 'budget' ->> 'machineHours')::float8
