select
  c.id, c.name, c.state, c.priority, c.created_at, c.finished_at,
  count(i.id)::int as inspections,
  count(i.id) filter (where i.outcome is not null)::int as decided,
  (select coalesce(sum(e.planned), 0)::int from campaign_environments e where e.campaign_id = c.id)
    * (select count(*)::int from campaign_lanes l where l.campaign_id = c.id) as planned
from campaigns c
left join inspections i on i.campaign_id = c.id and i.role = 'candidate'
where $1::text is null or c.state = $1
group by c.id
order by c.created_at desc
limit $2
