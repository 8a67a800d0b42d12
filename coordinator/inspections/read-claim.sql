select
  k.baseline_rank, k.baseline_stack_id, b.state as baseline_state,
  c.definition -> 'benchmarks' as benchmarks
from claims k
join jobs j on j.id = k.job_id
join campaigns c on c.id = j.campaign_id
left join baselines b on b.environment_id = j.environment_id and b.lane = j.lane and b.rank = k.baseline_rank
where k.job_id = $1 and k.epoch = $2
