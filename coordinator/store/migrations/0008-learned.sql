-- What strategies that learn were told, and how inspections are found in their streams.

-- How many stacks the stream has given, those included that needed no inspection.
alter table campaign_environments add column drawn integer not null default 0;
update campaign_environments set drawn = sampled;
-- What the strategy had found out at the last draw, where it draws conclusions.
alter table campaign_environments add column finding jsonb;

-- The how manieth stack of the stream it was. Null for baselines, and for inspections from before it was kept.
alter table inspections add column stream_position integer;

-- Results in the order in which a stream was told: with seed and cursor they replay it. Only ever added to.
create table learned_results (
  environment_id uuid not null references campaign_environments on delete cascade,
  -- The how manieth telling of the environment, and the place in it.
  sequence integer not null,
  place integer not null,
  -- How many stacks the stream had given by then.
  emitted integer not null,
  inspection_id uuid not null unique references inspections,
  position integer not null,
  -- Natural logarithm of the ratio to the baseline, below 0 where it is faster; null: it failed by its own fault.
  log_ratio double precision,
  primary key (environment_id, sequence, place)
);
