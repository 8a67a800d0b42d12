update jobs set state = 'cancelled', closed_at = clock_timestamp(), last_offer_at = null
where campaign_id = $1 and state = 'queued'
