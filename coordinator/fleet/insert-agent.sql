-- $1 id, $2 name, $3 lab, $4 public key, $5 credential hash, $6 token id, $7 admin state, $8 remote address.
-- A machine that joins again with the same key keeps its id and gets a new credential; a name that another key
-- has taken meanwhile violates agents_name_key.
insert into agents (id, name, lab, public_key, credential_hash, enrolment_token_id, admin_state, remote_address)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (public_key) do update
set credential_hash = excluded.credential_hash, enrolment_token_id = excluded.enrolment_token_id,
  remote_address = excluded.remote_address, admin_state = case
    when agents.admin_state in ('retired', 'pending') then excluded.admin_state else agents.admin_state end
returning id::text, name, admin_state
