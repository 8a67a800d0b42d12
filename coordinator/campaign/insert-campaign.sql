insert into campaigns (id, name, content_hash, definition, priority, knowledge_snapshot_id)
values ($1, $2, $3, $4, $5, $6)
on conflict (name) do nothing
