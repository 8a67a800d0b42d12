-- The environment that should be sampled next for a queue: of the campaign that has the least open work in it.
select e.id, e.environment, e.planned, e.sampled, e.drawn, e.cursor, c.definition, c.knowledge_snapshot_id,
  count(*) over ()::int as waiting
from campaigns c
join campaign_lanes l on l.campaign_id = c.id and l.lane = $1
join campaign_environments e on e.campaign_id = c.id and e.target = $2
where c.state = 'running' and c.priority = $3 and not e.dry and e.sampled < e.planned and e.id <> all ($4::uuid[])
order by (
    select count(*) from jobs j
    where j.campaign_id = c.id and j.lane = $1 and j.target = $2 and j.state in ('queued', 'claimed')
  ), c.created_at, e.position
limit 1
