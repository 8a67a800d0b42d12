-- Baselines that no trial has measured and none will, because nothing is left to measure against them.
select e.id as environment_id, b.lane, i.id as inspection_id
from campaigns c
join campaign_environments e on e.campaign_id = c.id
join baselines b on b.environment_id = e.id and b.state = 'proposed'
join inspections i on i.environment_id = e.id and i.lane = b.lane and i.role = 'baseline' and i.stack_id = b.stack_id
where c.state = 'running' and i.outcome is null and i.job_id is null
  and (e.dry or e.sampled >= e.planned)
  and not exists (
    select from jobs j where j.environment_id = e.id and j.lane = b.lane and j.state in ('queued', 'claimed'))
limit 100
