-- $1 hash. Takes one use of a token that is alive; no row when it is not.
update enrolment_tokens set uses_left = uses_left - 1
where token_hash = $1 and revoked_at is null and uses_left > 0 and expires_at > clock_timestamp()
returning id::text, lab, auto_approve
