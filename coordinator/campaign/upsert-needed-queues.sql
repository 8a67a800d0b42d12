-- The queues that running campaigns need now, with how many machines may serve each. Gives what the feeder works on.
with needed as (
  select distinct l.lane, e.target, c.priority
  from campaigns c
  join campaign_lanes l on l.campaign_id = c.id
  join campaign_environments e on e.campaign_id = c.id
  where c.state = 'running'
    and ((not e.dry and e.sampled < e.planned)
      or exists (select from jobs j where j.campaign_id = c.id and j.environment_id = e.id and j.lane = l.lane
        and j.state in ('queued', 'claimed')))
), counted as (
  select n.lane, n.target, n.priority, count(p.agent_id)::int as eligible
  from needed n
  left join agent_lanes al on al.lane = n.lane and al.eligible
  left join agents a on a.id = al.agent_id and a.admin_state = 'active'
  left join agent_targets t
    on t.agent_id = a.id and t.target = n.target and t.eligible and t.fingerprint_hash = a.fingerprint_hash
  left join agent_presence p on p.agent_id = t.agent_id and p.online
  group by n.lane, n.target, n.priority
)
insert into queues as q (lane, target, priority, needed_at, eligible_agents)
select lane, target, priority, clock_timestamp(), eligible from counted
on conflict (lane, target, priority) do update set
  needed_at = clock_timestamp(),
  eligible_agents = excluded.eligible_agents,
  unserviceable_reason = case when excluded.eligible_agents > 0 then null else q.unserviceable_reason end
returning q.lane, q.target, q.priority, q.eligible_agents
