-- Every token that can still be used, newest first; never the token itself.
select id::text, lab, uses, uses_left, auto_approve,
  to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as expires_at
from enrolment_tokens
where revoked_at is null and uses_left > 0 and expires_at > clock_timestamp()
order by created_at desc
limit 200
