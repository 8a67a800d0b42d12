-- Everything that the gauges show, in one round trip.
select 'agents' as what,
  case when a.admin_state <> 'active' then a.admin_state when p.online then 'online' else 'offline' end as label,
  count(*)::int as count
from agents a join agent_presence p on p.agent_id = a.id
where a.admin_state <> 'retired'
group by 2
union all
select 'jobs', state, count(*)::int from jobs group by state
union all
select 'inspections', coalesce(outcome, 'pending'), count(*)::int from inspections group by 2
union all
select 'campaigns', state, count(*)::int from campaigns group by state
union all
select 'offers', lane, count(*)::int from jobs where state = 'queued' and last_offer_at is not null group by lane
