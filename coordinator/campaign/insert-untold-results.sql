-- $1 environment, which is locked, $2 stacks given by then. The next telling of its stream: decided candidates that it was not
-- told of, those that were compared, and those that failed by their own fault. Over all benchmarks and metrics the mean, turned
-- so that lower is better.
with told as (
  insert into learned_results (environment_id, sequence, place, emitted, inspection_id, position, log_ratio)
  select $1, (select coalesce(max(sequence) + 1, 0) from learned_results where environment_id = $1),
    row_number() over (order by i.stream_position, i.lane), $2, i.id, i.stream_position,
    case when i.outcome = 'succeeded'
      then avg(case c.direction when 'lower' then ln(c.ratio) else -ln(c.ratio) end) end
  from inspections i
  left join comparisons c on c.inspection_id = i.id and c.ratio > 0
  where i.environment_id = $1 and i.role = 'candidate' and i.stream_position is not null
    and (i.outcome = 'succeeded' or i.cause = 'stack') and not i.is_told
  group by i.id
  having i.outcome <> 'succeeded' or count(c.ratio) > 0
  returning inspection_id
)
update inspections set is_told = true where id in (select inspection_id from told)
