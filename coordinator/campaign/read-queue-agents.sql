-- Every machine with what it is to a queue; those that are in the lane first.
select
  a.name, a.admin_state, a.admin_reason, a.last_seen_at,
  coalesce(p.online, false) as online,
  p.working_on is not null as working,
  coalesce(al.eligible, false) as in_lane,
  coalesce(al.reasons, '{}') as lane_reasons,
  coalesce(t.eligible, false) as on_target,
  coalesce(t.reasons, '{}') as target_reasons
from agents a
left join agent_presence p on p.agent_id = a.id
left join agent_lanes al on al.agent_id = a.id and al.lane = $1
left join agent_targets t
  on t.agent_id = a.id and t.target = $2 and t.fingerprint_hash = a.fingerprint_hash
where a.admin_state <> 'retired'
order by
  coalesce(cardinality(al.reasons), 1000) + coalesce(cardinality(t.reasons), 1000), a.name
limit 500
