select id, content_hash, state from campaigns where name = $1
