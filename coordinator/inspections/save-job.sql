-- Writes the state that the pure machine gave, and how the hold of its epoch ended ($12, $13; null: it did not). Any offer that was
-- out is spent or void by then.
with hold as (
  update claims set ended_at = clock_timestamp(), ending = $12, reason = $13
  where job_id = $1 and epoch = $3 and ended_at is null and $12::text is not null
)
update jobs set
  state = $2,
  epoch = $3,
  infra_attempts = $4,
  rejections = $5,
  agent_id = coalesce($6, case when $2 in ('finished', 'dead', 'cancelled') then agent_id end),
  lease_ends_at = to_timestamp($7::float8 / 1000),
  not_before = coalesce(to_timestamp($8::float8 / 1000), not_before),
  cancel_requested = $9,
  lost_on_agent_id = $10,
  dead_reason = $11,
  claimed_at = case when $2 = 'claimed' and state <> 'claimed' then clock_timestamp() else claimed_at end,
  closed_at = case when $2 in ('finished', 'dead', 'cancelled') then clock_timestamp() end,
  last_offer_at = null
where id = $1
