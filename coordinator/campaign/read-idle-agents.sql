select p.agent_id
from agent_lanes al
join agents a on a.id = al.agent_id and a.admin_state = 'active'
join agent_targets t
  on t.agent_id = a.id and t.target = $2 and t.eligible and t.fingerprint_hash = a.fingerprint_hash
join agent_presence p on p.agent_id = a.id and p.online and p.working_on is null
where al.lane = $1 and al.eligible
order by a.last_seen_at desc
limit 200
