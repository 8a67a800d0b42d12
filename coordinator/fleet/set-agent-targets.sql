-- $1 agent, $2 fingerprint hash, $3 targets, $4 eligible, $5 reasons (each a JSON array).
insert into agent_targets (agent_id, target, fingerprint_hash, eligible, reasons)
select $1, target, $2, eligible, array(select jsonb_array_elements_text(reasons))
from unnest($3::text[], $4::boolean[], $5::jsonb[]) as given(target, eligible, reasons)
on conflict (agent_id, target) do update
set fingerprint_hash = excluded.fingerprint_hash, eligible = excluded.eligible, reasons = excluded.reasons
where agent_targets.fingerprint_hash <> excluded.fingerprint_hash
  or agent_targets.eligible <> excluded.eligible
