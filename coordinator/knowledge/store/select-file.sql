select filename, url, size, min(release_id) as release_id
from knowledge_files
where sha256 = $1
group by filename, url, size
order by url not like 'file:%', url
