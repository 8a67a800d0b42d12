-- The knowledge base: releases by content, snapshots as lists of them, and what a sync learned on its way.

create table knowledge_releases (
  id bigint generated always as identity primary key,
  -- SHA-256 of the snapshot line: the same release synced again is the same row.
  digest bytea not null unique check (octet_length(digest) = 32),
  index_name text not null,
  -- Normalised (PEP 503).
  name text not null,
  version text not null,
  -- The snapshot line as it is exported, with URLs and without credentials.
  line text not null
);
create index knowledge_releases_by_name on knowledge_releases (name);

-- Where files lie: what an agent asks for by SHA-256 is found here.
create table knowledge_files (
  release_id bigint not null references knowledge_releases on delete cascade,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  filename text not null,
  url text not null,
  -- In bytes; null when the index does not say.
  size bigint,
  primary key (release_id, sha256, url)
);
create index knowledge_files_by_sha256 on knowledge_files (sha256);

-- Never changed once written, but for saved_at: saving the same content again is the same snapshot.
create table knowledge_snapshots (
  -- SHA-256 over the indexes and the digests of the releases.
  id text primary key check (id ~ '^sha256:[0-9a-f]{64}$'),
  source text not null check (source in ('sync', 'import')),
  -- The first line of the snapshot file.
  header text not null,
  projects integer not null,
  releases integer not null,
  -- What a sync could not learn, and why; null for an import.
  summary jsonb,
  created_at timestamptz not null default clock_timestamp(),
  saved_at timestamptz not null default clock_timestamp()
);
create index knowledge_snapshots_by_time on knowledge_snapshots (saved_at);

create table knowledge_snapshot_releases (
  snapshot_id text not null references knowledge_snapshots on delete cascade,
  position integer not null,
  release_id bigint not null references knowledge_releases,
  primary key (snapshot_id, position)
);
create index knowledge_snapshot_releases_by_release on knowledge_snapshot_releases (release_id);

-- Requirements read out of files: what an interrupted sync has learned already. The key names content, so no row goes stale.
create table knowledge_metadata (
  file_key text primary key,
  learned jsonb not null,
  learned_at timestamptz not null default clock_timestamp()
);

-- Hashes of files in folders that give none, while size and time of change are the same.
create table knowledge_folder_files (
  path text primary key,
  size bigint not null,
  modified_ns text not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$')
);
