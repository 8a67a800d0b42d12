with added as (
  insert into knowledge_releases (digest, index_name, name, version, line)
  select digest, index_name, name, version, line from pg_temp.knowledge_incoming order by position
  on conflict (digest) do nothing
  returning id, line
)
insert into knowledge_files (release_id, sha256, filename, url, size)
select distinct on (added.id, file ->> 'sha256', file ->> 'url')
  added.id, file ->> 'sha256', file ->> 'filename', file ->> 'url', (file ->> 'size')::bigint
from added
cross join lateral jsonb_array_elements(added.line::jsonb -> 'files') as file
where file ? 'sha256' and file ? 'url'
