select id, source, header, projects, releases, summary, created_at, saved_at
from knowledge_snapshots
order by saved_at desc, id
limit 1
