-- $1 agent, $2 state, $3 status (jsonb), $4 version, $5 hardware digest, $6 fingerprint (jsonb) or null.
-- The hardware epoch rises when the digest of a machine that we knew is another one. No row: unknown or retired.
update agents a
set last_seen_at = clock_timestamp(),
  state = $2,
  status = $3,
  version = $4,
  hardware_epoch = case
    when $6::jsonb is null then a.hardware_epoch
    when a.hardware_digest is distinct from $5 then a.hardware_epoch + 1
    else a.hardware_epoch end,
  hardware_digest = case when $6::jsonb is null then a.hardware_digest else $5 end,
  fingerprint = coalesce($6::jsonb, a.fingerprint)
where a.id = $1 and a.admin_state <> 'retired'
returning a.admin_state, a.fingerprint_hash, a.hardware_digest
