update jobs set last_offer_at = null
where state = 'queued' and last_offer_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
