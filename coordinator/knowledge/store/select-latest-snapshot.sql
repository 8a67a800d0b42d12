select id, source, header, projects, releases, summary, created_at, saved_at
from knowledge_snapshots
order by save_number desc
limit 1
