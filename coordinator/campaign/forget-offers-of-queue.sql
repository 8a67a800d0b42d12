update jobs set last_offer_at = null
where lane = $1 and target = $2 and priority = $3 and state = 'queued'
  and last_offer_at < clock_timestamp() - make_interval(secs => $4::float8 / 1000)
