-- $1 id. Gives a row when there was such a token that was not revoked yet.
update enrolment_tokens set revoked_at = clock_timestamp()
where id = $1 and revoked_at is null
returning id::text
