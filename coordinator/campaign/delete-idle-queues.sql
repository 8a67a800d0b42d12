delete from queues q
where q.needed_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
  and not exists (
    select from jobs j where j.lane = q.lane and j.target = q.target and j.priority = q.priority
      and j.state in ('queued', 'claimed'))
returning lane, target, priority
