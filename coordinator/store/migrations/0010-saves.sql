-- Which snapshot was saved last is not for a clock to say, which may have been set back in between.

alter table knowledge_snapshots add column save_number bigint;
update knowledge_snapshots s set save_number = ordered.number
from (select id, row_number() over (order by saved_at, id desc) as number from knowledge_snapshots) ordered
where ordered.id = s.id;
alter table knowledge_snapshots alter column save_number set not null;
-- Drawn under the lock of `lock-knowledge.sql`, so that the numbers are in the order of the commits.
alter table knowledge_snapshots alter column save_number add generated always as identity;
select setval(
  pg_get_serial_sequence('knowledge_snapshots', 'save_number'),
  (select coalesce(max(save_number), 0) + 1 from knowledge_snapshots),
  false
);
drop index knowledge_snapshots_by_time;
create unique index knowledge_snapshots_by_save on knowledge_snapshots (save_number);
