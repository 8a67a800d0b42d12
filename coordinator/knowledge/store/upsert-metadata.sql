insert into knowledge_metadata (file_key, learned)
values ($1, $2::jsonb)
on conflict (file_key) do update set learned = excluded.learned, learned_at = clock_timestamp()
