-- The newest first: only what is shown is counted.
select
  c.id, c.name, c.state, c.priority, c.created_at, c.finished_at, made.inspections, made.decided,
  (select coalesce(sum(e.planned), 0) from campaign_environments e where e.campaign_id = c.id)::float8
    * (select count(*) from campaign_lanes l where l.campaign_id = c.id) as planned
from (
  select * from campaigns where $1::text is null or state = $1 order by created_at desc limit $2
) c
cross join lateral (
  select count(*)::int as inspections, count(i.outcome)::int as decided
  from inspections i
  where i.campaign_id = c.id and i.role = 'candidate'
) made
order by c.created_at desc
