-- A snapshot stays while a campaign refers to it, while it is among the newest, and for its first day.
delete from knowledge_snapshots as snapshot
where saved_at < clock_timestamp() - interval '1 day'
  and id not in (select id from knowledge_snapshots order by save_number desc limit $1)
  and not exists (select from campaigns where knowledge_snapshot_id = snapshot.id)
