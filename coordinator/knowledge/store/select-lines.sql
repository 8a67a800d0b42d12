select entry.position, release.line
from knowledge_snapshot_releases as entry
join knowledge_releases as release on release.id = entry.release_id
where entry.snapshot_id = $1 and entry.position > $2
order by entry.position
limit $3
