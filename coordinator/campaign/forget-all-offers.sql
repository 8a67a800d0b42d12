update jobs set last_offer_at = null where state = 'queued' and last_offer_at is not null
