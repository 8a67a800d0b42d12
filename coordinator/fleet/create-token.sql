-- $1 id, $2 hash, $3 lab, $4 uses, $5 approve without a person, $6 life in seconds. Gives the end of its life.
insert into enrolment_tokens (id, token_hash, lab, uses, uses_left, auto_approve, expires_at)
values ($1, $2, $3, $4, $4, $5, clock_timestamp() + make_interval(secs => $6))
returning to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at
