-- Campaigns, what they sample, and the baselines that they measure against.

create table scripts (
  -- SHA-256 of the content, hex.
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  content bytea not null check (octet_length(content) <= 1048576),
  created_at timestamptz not null default clock_timestamp()
);

-- Stacks with their files, as agents build them; one row a lock digest, whoever refers to it.
create table locks (
  lock_digest text primary key,
  stack_id text not null,
  content jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index locks_by_stack on locks (stack_id);

create table campaigns (
  id uuid primary key,
  name text not null unique,
  -- SHA-256 of the canonical definition: the same campaign created twice is one campaign.
  content_hash text not null,
  -- The campaign file with every default filled in.
  definition jsonb not null,
  state text not null default 'running' check (state in ('running', 'paused', 'finished', 'cancelled')),
  -- 0 is taken before 1, as on the wire.
  priority smallint not null default 1 check (priority in (0, 1)),
  -- What it samples from; kept as long as the campaign is.
  knowledge_snapshot_id text not null references knowledge_snapshots,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz
);
create index campaigns_by_state on campaigns (state);
create index campaigns_by_snapshot on campaigns (knowledge_snapshot_id);

create table campaign_lanes (
  campaign_id uuid not null references campaigns on delete cascade,
  lane text not null,
  position integer not null,
  primary key (campaign_id, lane)
);

-- One target environment of a campaign, with how far its stream of stacks has been drawn.
create table campaign_environments (
  id uuid primary key,
  campaign_id uuid not null references campaigns on delete cascade,
  position integer not null,
  -- The queue's token, such as linux_x86_64-cp311.
  target text not null,
  environment jsonb not null,
  planned integer not null check (planned >= 0),
  sampled integer not null default 0,
  cursor jsonb,
  -- The stream has ended: `sampled` is all there is.
  dry boolean not null default false,
  baseline_cursor jsonb,
  baseline_dry boolean not null default false,
  unique (campaign_id, position)
);

-- The order in which stacks become baselines of an environment, as far as it was needed.
create table baseline_candidates (
  environment_id uuid not null references campaign_environments on delete cascade,
  rank integer not null,
  stack_id text not null,
  lock_digest text not null references locks,
  primary key (environment_id, rank)
);

-- The baseline of a lane is the row that is not rejected; at most one. Proved: measured well once, and frozen.
create table baselines (
  environment_id uuid not null references campaign_environments on delete cascade,
  lane text not null,
  rank integer not null,
  state text not null default 'proposed' check (state in ('proposed', 'proved', 'rejected')),
  stack_id text not null,
  lock_digest text not null references locks,
  primary key (environment_id, lane, rank)
);
create unique index baselines_one_in_force on baselines (environment_id, lane) where state <> 'rejected';

-- What a person should know about a campaign, each thing said once.
create table campaign_notes (
  campaign_id uuid not null references campaigns on delete cascade,
  key text not null,
  text text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (campaign_id, key)
);
