-- $1 agent. The queues that campaigns need now and whose lane the agent is in, with an environment of each target.
select q.lane, q.target, q.priority, coalesce(e.environments, '[]'::jsonb) as environments
from queues q
join agent_lanes al on al.agent_id = $1 and al.lane = q.lane and al.eligible
left join lateral (
  select jsonb_agg(distinct ce.environment) as environments
  from campaign_environments ce
  join campaigns c on c.id = ce.campaign_id and c.state in ('running', 'paused')
  where ce.target = q.target
) e on true
