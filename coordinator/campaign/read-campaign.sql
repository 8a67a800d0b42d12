select id, name, state, priority, definition, knowledge_snapshot_id, created_at, finished_at
from campaigns where id::text = $1 or name = $1
