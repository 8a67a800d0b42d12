-- Lines on their way in: seen by this transaction alone, gone with it.
create temporary table knowledge_incoming (
  position integer not null,
  digest bytea not null,
  index_name text not null,
  name text not null,
  version text not null,
  line text not null
) on commit drop
