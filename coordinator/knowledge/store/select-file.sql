-- Places of a file: folders first, as they cost nothing.
select filename, url, max(size) as size
from knowledge_files
where sha256 = $1
group by filename, url
order by url not like 'file:%', url
limit 8
