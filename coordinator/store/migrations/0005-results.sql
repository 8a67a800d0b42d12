-- What trials found.

-- Messages that counted, each stored once under its id. Raw values are in the bodies of the blocks.
create table trial_messages (
  id text primary key,
  job_id uuid not null references jobs,
  epoch integer not null,
  kind text not null check (kind in ('build', 'block', 'end')),
  n integer not null,
  agent_id uuid not null references agents,
  -- The stack that a build was about.
  stack_id text,
  body jsonb not null,
  received_at timestamptz not null default clock_timestamp()
);
create index trial_messages_by_job on trial_messages (job_id, epoch, kind, n);
create index trial_messages_by_age on trial_messages (received_at);

-- Messages that came too late or from somebody who does not hold the job: evidence, with the reason, never counted.
create table stale_messages (
  id text not null,
  agent_id uuid not null,
  job_id text not null,
  epoch integer not null,
  kind text not null,
  reason text not null,
  body jsonb not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (id, agent_id)
);
create index stale_messages_by_job on stale_messages (job_id);

-- Parts of gzip streams, one stream a (job, epoch, stack, phase).
create table log_parts (
  job_id uuid not null references jobs,
  epoch integer not null,
  stack_id text not null,
  phase text not null,
  part integer not null,
  parts integer not null,
  gzip bytea not null,
  received_at timestamptz not null default clock_timestamp(),
  primary key (job_id, epoch, stack_id, phase, part)
);
create index log_parts_by_age on log_parts (received_at);

-- Absolute numbers of one stack with one benchmark in one trial; kept for ever.
create table measurements (
  inspection_id uuid not null references inspections,
  job_id uuid not null,
  epoch integer not null,
  benchmark text not null,
  metric text not null,
  unit text not null,
  direction text not null check (direction in ('lower', 'higher')),
  -- The median of the launches' medians, and the smallest and largest of those.
  median double precision not null,
  lowest double precision not null,
  highest double precision not null,
  launches integer not null,
  computed_at timestamptz not null default clock_timestamp(),
  primary key (inspection_id, job_id, epoch, benchmark, metric),
  foreign key (job_id, epoch) references claims
);

-- Candidate by baseline, from the trial that decided the inspection; kept for ever.
create table comparisons (
  inspection_id uuid not null references inspections,
  benchmark text not null,
  metric text not null,
  unit text not null,
  direction text not null check (direction in ('lower', 'higher')),
  job_id uuid not null,
  epoch integer not null,
  baseline_stack_id text not null,
  -- Null with a reason in `insufficient` when the blocks do not give one.
  ratio double precision,
  low double precision,
  high double precision,
  confidence double precision not null,
  degrees_of_freedom double precision,
  standard_error double precision,
  blocks integer not null,
  insufficient text,
  candidate_median double precision,
  baseline_median double precision,
  computed_at timestamptz not null default clock_timestamp(),
  primary key (inspection_id, benchmark, metric),
  foreign key (job_id, epoch) references claims,
  check ((ratio is null) = (insufficient is not null))
);
