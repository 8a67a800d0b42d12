-- Jobs and what they are about. The truth about who works on what: brokers only carry offers. Every time in here is
-- the database's own, taken with clock_timestamp() (now() is the start of the transaction).

create table jobs (
  id uuid primary key,
  campaign_id uuid not null references campaigns,
  environment_id uuid not null references campaign_environments,
  lane text not null,
  target text not null,
  priority smallint not null check (priority in (0, 1)),
  state text not null default 'queued' check (state in ('queued', 'claimed', 'finished', 'dead', 'cancelled')),
  -- The fencing token: raised by every claim, never lowered.
  epoch integer not null default 0,
  -- Holder while claimed. While queued: the last holder, as long as it may still speak for its epoch.
  agent_id uuid references agents,
  claimed_at timestamptz,
  lease_ends_at timestamptz,
  cancel_requested boolean not null default false,
  infra_attempts integer not null default 0,
  rejections integer not null default 0,
  -- The machine on which the last hold was lost; another one lost next makes the job poison.
  lost_on_agent_id uuid references agents,
  not_before timestamptz not null default clock_timestamp(),
  -- Null: no offer is out.
  last_offer_at timestamptz,
  offer_sequence integer not null default 0,
  dead_reason text,
  created_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  check ((state = 'claimed') = (lease_ends_at is not null)),
  check (state <> 'claimed' or agent_id is not null)
);
-- One trial per machine at a time.
create unique index jobs_one_claim_per_agent on jobs (agent_id) where state = 'claimed';
create index jobs_by_lease on jobs (lease_ends_at) where state = 'claimed';
-- The feeder: what of a campaign could be offered next, oldest first.
create index jobs_to_offer on jobs (campaign_id, lane, target, id) where state = 'queued' and last_offer_at is null;
-- The feeder and the reconciler: which offers are out.
create index jobs_offered on jobs (lane, target, priority, last_offer_at)
  where state = 'queued' and last_offer_at is not null;
create index jobs_open_by_campaign on jobs (campaign_id, lane, target) where state in ('queued', 'claimed');
create index jobs_by_environment on jobs (environment_id, lane, state);

-- Every hold that was granted.
create table claims (
  job_id uuid not null references jobs,
  epoch integer not null,
  agent_id uuid not null references agents,
  hardware_digest text,
  hardware_epoch integer not null,
  -- The baseline of this trial; null when it has none.
  baseline_rank integer,
  baseline_stack_id text,
  claimed_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  ending text check (ending in ('completed', 'aborted', 'expired', 'cancelled')),
  reason text,
  primary key (job_id, epoch)
);
create index claims_by_agent on claims (agent_id, claimed_at);

create table inspections (
  id uuid primary key,
  campaign_id uuid not null references campaigns,
  environment_id uuid not null references campaign_environments,
  lane text not null,
  target text not null,
  role text not null check (role in ('baseline', 'candidate')),
  -- The how manieth stack of its environment's stream; rank of a baseline.
  position integer not null,
  stack_id text not null,
  lock_digest text not null references locks,
  -- The job that decides it; a baseline has one only when it is inspected alone.
  job_id uuid references jobs,
  -- All null while it is pending; decided once.
  outcome text check (outcome in ('succeeded', 'failed', 'timed_out', 'out_of_memory', 'wrong_answer',
    'unsupported_hardware', 'measurement_rejected', 'cancelled', 'lost')),
  cause text check (cause in ('stack', 'script', 'fleet', 'user')),
  phase text check (phase in ('resolve', 'fetch', 'build', 'import', 'run', 'measure', 'collect')),
  code text,
  message text,
  hint text,
  excerpt text,
  -- The benchmark that it failed with; null when it failed before or did not fail.
  failed_benchmark text,
  decided_at timestamptz,
  decided_epoch integer,
  decided_by_job_id uuid references jobs,
  -- The last failure of the fleet, while there are attempts left.
  last_failure jsonb,
  created_at timestamptz not null default clock_timestamp(),
  unique (environment_id, lane, role, stack_id),
  check ((outcome is null) = (decided_at is null)),
  check (outcome is null or outcome = 'succeeded' or (cause is not null and code is not null))
);
create index inspections_by_job on inspections (job_id);
create index inspections_by_campaign on inspections (campaign_id, role, lane, id);
create index inspections_pending on inspections (campaign_id) where outcome is null;

-- Queues that campaigns need now.
create table queues (
  lane text not null,
  target text not null,
  priority smallint not null check (priority in (0, 1)),
  needed_at timestamptz not null default clock_timestamp(),
  -- Why nothing is offered: no machine online may serve it. Null when some may.
  unserviceable_reason text,
  eligible_agents integer not null default 0,
  primary key (lane, target, priority)
);

-- What the coordinator remembers between two lives, such as the life of the broker that it knew.
create table coordinator_memory (
  key text primary key,
  value jsonb not null
);

-- Online: heard from within 45 s, or covered by the lease of what it measures in silence.
create view agent_presence as
select
  a.id as agent_id,
  a.admin_state,
  coalesce(a.last_seen_at > clock_timestamp() - interval '45 seconds', false) or held.job_id is not null as online,
  held.job_id as working_on
from agents a
left join lateral (
  select j.id as job_id from jobs j
  where j.agent_id = a.id and j.state = 'claimed' and j.lease_ends_at > clock_timestamp()
) held on true;
