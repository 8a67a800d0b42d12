-- After the database's clock was set back, what was to happen soon is hours away. $1 the longest lease, $2 the longest wait
-- before another attempt, in milliseconds: nothing ends later than it can have been granted, and what happened in what is
-- now the future is proof that a job has waited long enough. An offer from there is as old as it is not: it is made again.
with bounded as (
  update jobs set
    lease_ends_at = case when state = 'claimed'
      then least(lease_ends_at, clock_timestamp() + make_interval(secs => $1::float8 / 1000)) end,
    not_before = case when state = 'queued' then least(not_before, clock_timestamp()) else not_before end,
    last_offer_at = case when last_offer_at <= clock_timestamp() then last_offer_at end
  where state = 'claimed' and lease_ends_at > clock_timestamp() + make_interval(secs => $1::float8 / 1000 + 1)
    or state = 'queued' and last_offer_at > clock_timestamp()
    or state = 'queued' and not_before > clock_timestamp() and (
      not_before > clock_timestamp() + make_interval(secs => $2::float8 / 1000 + 1)
      or greatest(created_at, claimed_at) > clock_timestamp()
    )
  returning id
)
select count(*)::int as bounded, extract(epoch from clock_timestamp())::float8 * 1000 as now_ms from bounded
