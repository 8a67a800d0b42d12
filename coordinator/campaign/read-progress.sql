-- One row a lane and target: what is planned there, and what became of it.
select
  l.lane, e.target, e.id as environment_id, e.planned, e.sampled, e.dry,
  count(i.id) filter (where i.outcome is null)::int as pending,
  count(i.id) filter (where i.outcome = 'succeeded')::int as succeeded,
  count(i.id) filter (where i.outcome <> 'succeeded' and i.cause <> 'fleet')::int as failed,
  count(i.id) filter (where i.outcome <> 'succeeded' and i.cause = 'fleet')::int as spoiled,
  (select count(*)::int from jobs j
    where j.environment_id = e.id and j.lane = l.lane and j.state = 'claimed') as claimed,
  (select b.state from baselines b
    where b.environment_id = e.id and b.lane = l.lane and b.state <> 'rejected') as baseline_state,
  (select b.stack_id from baselines b
    where b.environment_id = e.id and b.lane = l.lane and b.state <> 'rejected') as baseline_stack_id,
  q.unserviceable_reason, coalesce(q.eligible_agents, 0) as eligible_agents
from campaign_environments e
join campaigns c on c.id = e.campaign_id
join campaign_lanes l on l.campaign_id = e.campaign_id
left join inspections i on i.environment_id = e.id and i.lane = l.lane and i.role = 'candidate'
left join queues q on q.lane = l.lane and q.target = e.target and q.priority = c.priority
where e.campaign_id = $1
group by e.id, l.lane, l.position, q.unserviceable_reason, q.eligible_agents
order by e.position, l.position
