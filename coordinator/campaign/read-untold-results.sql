-- $1 environment. Decided candidates that its stream was not told of: those that were compared, and those that failed by
-- their own fault. Over all benchmarks and metrics the mean, turned so that lower is better.
select i.id::text as "inspectionId", i.stream_position as position,
  case when i.outcome = 'succeeded'
    then avg(case c.direction when 'lower' then ln(c.ratio) else -ln(c.ratio) end) end as "logRatio"
from inspections i
left join comparisons c on c.inspection_id = i.id and c.ratio > 0
where i.environment_id = $1 and i.role = 'candidate' and i.stream_position is not null
  and (i.outcome = 'succeeded' or i.cause = 'stack')
  and not exists (select from learned_results l where l.inspection_id = i.id)
group by i.id
having i.outcome <> 'succeeded' or count(c.ratio) > 0
order by i.stream_position, i.lane
