-- $1 id.
select public_key from agents where id::text = $1 and admin_state <> 'retired'
