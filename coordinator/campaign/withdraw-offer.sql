-- The broker did not take it.
update jobs set last_offer_at = null where id = $1 and state = 'queued' and offer_sequence = $2
