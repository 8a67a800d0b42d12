-- Every machine that is not retired, with what it does now and the lanes that it is in.
select a.id::text, a.name, a.lab, a.admin_state, a.admin_reason, p.online, p.working_on::text, a.version,
  a.hardware_epoch, a.fingerprint, a.status,
  to_char(a.last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as last_seen_at,
  coalesce((select jsonb_agg(jsonb_build_object('lane', l.lane, 'eligible', l.eligible, 'reasons', l.reasons) order by l.lane)
    from agent_lanes l where l.agent_id = a.id), '[]'::jsonb) as lanes
from agents a
join agent_presence p on p.agent_id = a.id
where a.admin_state <> 'retired' and ($1::text is null or a.id::text = $1 or a.name = $1)
order by a.name
limit 1000
