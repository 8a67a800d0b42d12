select id, name, state from campaigns where id::text = $1 or name = $1 for update
