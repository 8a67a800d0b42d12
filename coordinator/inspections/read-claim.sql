-- Two trials that judge the baseline of one lane do so one after the other: it is locked, and its state is that of after the wait.
with baseline as materialized (
  select b.state
  from claims k
  join jobs j on j.id = k.job_id
  join baselines b on b.environment_id = j.environment_id and b.lane = j.lane and b.rank = k.baseline_rank
  where k.job_id = $1 and k.epoch = $2
  for update of b
)
select
  k.baseline_rank, k.baseline_stack_id, b.state as baseline_state,
  (
    select i.id from inspections i
    where i.environment_id = j.environment_id and i.lane = j.lane and i.role = 'baseline' and i.stack_id = k.baseline_stack_id
  ) as baseline_inspection_id,
  c.definition -> 'benchmarks' as benchmarks
from claims k
join jobs j on j.id = k.job_id
join campaigns c on c.id = j.campaign_id
left join baseline b on true
where k.job_id = $1 and k.epoch = $2
