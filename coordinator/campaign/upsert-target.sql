insert into agent_targets (agent_id, target, fingerprint_hash, eligible, reasons)
values ($1, $2, $3, $4, $5)
on conflict (agent_id, target) do update set
  fingerprint_hash = excluded.fingerprint_hash, eligible = excluded.eligible, reasons = excluded.reasons
