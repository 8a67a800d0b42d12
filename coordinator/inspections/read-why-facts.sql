select
  c.state as campaign_state, c.name as campaign_name, j.state as job_state,
  j.last_offer_at, j.infra_attempts, j.rejections, j.dead_reason,
  extract(epoch from j.not_before - clock_timestamp())::float8 * 1000 as waits_ms,
  a.name as holder,
  exists (
    select from baselines b
    where b.environment_id = i.environment_id and b.lane = i.lane and b.state <> 'rejected'
  ) or c.definition ->> 'baseline' = 'none' as has_baseline
from inspections i
join campaigns c on c.id = i.campaign_id
left join jobs j on j.id = i.job_id
left join agents a on a.id = j.agent_id and j.state = 'claimed'
where i.id = $1
