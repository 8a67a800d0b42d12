insert into knowledge_snapshots (id, source, header, projects, releases, summary)
values ($1, $2, $3, $4, $5, $6::jsonb)
on conflict (id) do update set saved_at = clock_timestamp(), save_number = default
returning (xmax = 0) as is_new
