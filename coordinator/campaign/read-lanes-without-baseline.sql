-- Lanes on which something is still to be measured and no baseline is in force.
select
  e.id as environment_id, e.campaign_id, l.lane, e.target, e.environment, e.baseline_cursor as cursor, e.baseline_dry,
  c.definition, c.knowledge_snapshot_id,
  (select count(*)::int from baselines b where b.environment_id = e.id and b.lane = l.lane) as tried
from campaigns c
join campaign_environments e on e.campaign_id = c.id
join campaign_lanes l on l.campaign_id = c.id
where c.state in ('running', 'paused')
  and c.definition ->> 'baseline' <> 'none'
  and not exists (
    select from baselines b where b.environment_id = e.id and b.lane = l.lane and b.state <> 'rejected')
  and exists (
    select from inspections i
    where i.campaign_id = c.id and i.environment_id = e.id and i.lane = l.lane
      and i.role = 'candidate' and i.outcome is null)
limit 100
