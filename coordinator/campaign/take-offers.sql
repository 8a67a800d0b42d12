-- Chooses the jobs to offer next: campaigns in turn, the one with the least under way first, its oldest job first.
with due as (
  select q.id, q.turn + load.under_way as turn
  from campaigns c
  cross join lateral (
    select count(*) as under_way from jobs o
    where o.campaign_id = c.id and o.lane = $1 and o.target = $2
      and (o.state = 'claimed' or (o.state = 'queued' and o.last_offer_at is not null))
  ) load
  cross join lateral (
    select next.id, row_number() over (order by next.id) as turn
    from (
      select j.id from jobs j
      where j.campaign_id = c.id and j.lane = $1 and j.target = $2
        and j.state = 'queued' and j.last_offer_at is null and j.not_before <= clock_timestamp()
        and (c.definition ->> 'baseline' = 'none' or exists (
          select from baselines b
          where b.environment_id = j.environment_id and b.lane = j.lane and b.state <> 'rejected'))
      order by j.id
      limit $4
    ) next
  ) q
  where c.state = 'running' and c.priority = $3
  order by 2, 1
  limit $4
)
update jobs set offer_sequence = jobs.offer_sequence + 1, last_offer_at = clock_timestamp()
from due
where jobs.id = due.id and jobs.state = 'queued' and jobs.last_offer_at is null
returning jobs.id, jobs.epoch + 1 as next_epoch, jobs.offer_sequence
