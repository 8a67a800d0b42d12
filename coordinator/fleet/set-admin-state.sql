-- $1 id or name, $2 new state, $3 reason. No row when there is no such machine.
update agents set admin_state = $2, admin_reason = $3, admin_state_at = clock_timestamp()
where (id::text = $1 or name = $1) and admin_state <> 'retired'
returning id::text, name, admin_state
