insert into knowledge_snapshot_releases (snapshot_id, position, release_id)
select $1, incoming.position, release.id
from pg_temp.knowledge_incoming as incoming
join knowledge_releases as release using (digest)
