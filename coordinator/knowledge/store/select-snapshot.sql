select id, source, header, projects, releases, summary, created_at, saved_at
from knowledge_snapshots
where id = $1
