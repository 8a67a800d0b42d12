insert into knowledge_folder_files (path, size, modified_ns, sha256)
values ($1, $2::bigint, $3, $4)
on conflict (path) do update
  set size = excluded.size, modified_ns = excluded.modified_ns, sha256 = excluded.sha256
