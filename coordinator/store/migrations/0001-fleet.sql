-- Machines, who may join, and who may ask. Secrets are kept as SHA-256 only.

create table enrolment_tokens (
  id uuid primary key,
  token_hash bytea not null unique,
  lab text not null,
  uses integer not null check (uses >= 1),
  uses_left integer not null check (uses_left between 0 and uses),
  auto_approve boolean not null default true,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create table api_tokens (
  id uuid primary key,
  token_hash bytea not null unique,
  name text not null,
  scope text not null check (scope in ('admin', 'operator', 'reader')),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

create table agents (
  id uuid primary key,
  name text not null unique,
  lab text not null,
  -- Ed25519; the private half never leaves the machine.
  public_key text not null unique,
  credential_hash bytea unique,
  enrolment_token_id uuid references enrolment_tokens,
  -- What people decided. Survives restarts, and no restart sets it.
  admin_state text not null default 'pending'
    check (admin_state in ('pending', 'active', 'draining', 'paused', 'quarantined', 'retired')),
  admin_reason text,
  admin_state_at timestamptz not null default clock_timestamp(),
  fingerprint jsonb,
  -- Changes exactly when the fingerprint does; what was derived from it is derived again then.
  fingerprint_hash text generated always as (md5(fingerprint::text)) stored,
  hardware_digest text,
  hardware_epoch integer not null default 0,
  -- From the last heartbeat.
  last_seen_at timestamptz,
  state text check (state in ('idle', 'working', 'draining')),
  status jsonb,
  version text,
  remote_address text,
  created_at timestamptz not null default clock_timestamp()
);

-- Lanes that operators added to the built-in catalogue.
create table lanes (
  name text primary key check (name ~ '^[a-z0-9_+-]{1,48}$'),
  definition jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Which lanes a machine may serve, and in sentences why not.
create table agent_lanes (
  agent_id uuid not null references agents on delete cascade,
  lane text not null,
  eligible boolean not null,
  reasons text[] not null default '{}',
  primary key (agent_id, lane)
);
create index agent_lanes_by_lane on agent_lanes (lane) where eligible;

-- Which targets (platform and Python) a machine may serve. Derived from the fingerprint whose hash it names, and not
-- believed once the fingerprint has another.
create table agent_targets (
  agent_id uuid not null references agents on delete cascade,
  target text not null,
  fingerprint_hash text not null,
  eligible boolean not null,
  reasons text[] not null default '{}',
  primary key (agent_id, target)
);
