-- A lease that has run out but was not taken back yet goes on too: nobody else has claimed the job. None gets shorter:
-- a plain renewal may overtake one that asked for a quiet window, in whose answer the holder believes.
update jobs set
  lease_ends_at = greatest(lease_ends_at, clock_timestamp() + make_interval(secs => $4::float8 / 1000))
where id = $1 and agent_id = $2 and epoch = $3 and state = 'claimed'
returning cancel_requested
