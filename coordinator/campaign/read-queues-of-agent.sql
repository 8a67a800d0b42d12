select q.lane, q.target, q.priority
from agents a
join agent_lanes al on al.agent_id = a.id and al.eligible
join queues q on q.lane = al.lane and q.needed_at > clock_timestamp() - interval '10 minutes'
join agent_targets t
  on t.agent_id = a.id and t.target = q.target and t.eligible and t.fingerprint_hash = a.fingerprint_hash
where a.id = $1 and a.admin_state = 'active'
order by q.priority, q.lane, q.target
limit 500
