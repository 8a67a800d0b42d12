-- The offer was used up by a claim that was refused: the feeder makes another.
update jobs set
  last_offer_at = null,
  not_before = greatest(not_before, clock_timestamp() + make_interval(secs => $3::float8 / 1000))
where id = $1 and state = 'queued' and offer_sequence = $2
