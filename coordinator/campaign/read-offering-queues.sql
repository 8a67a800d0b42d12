-- Queues with offers that have been out for a while.
select distinct lane, target, priority from jobs
where state = 'queued' and last_offer_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
