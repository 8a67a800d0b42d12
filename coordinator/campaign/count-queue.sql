-- The window of one queue: offers that are out, and jobs that could be offered at once (counted up to $4).
select
  (select count(*) from jobs
    where lane = $1 and target = $2 and priority = $3 and state = 'queued' and last_offer_at is not null
  )::int as offered,
  (select count(*) from (
    select from campaigns c
    join jobs j on j.campaign_id = c.id and j.lane = $1 and j.target = $2
      and j.state = 'queued' and j.last_offer_at is null and j.not_before <= clock_timestamp()
    where c.state = 'running' and c.priority = $3
    limit $4) ready
  )::int as ready
