select
  i.id, i.campaign_id, c.name as campaign_name, i.lane, i.target, i.role, i.position, i.stack_id, i.job_id,
  case when i.outcome is not null then 'decided' when j.state = 'claimed' then 'running' else 'pending' end as state,
  i.outcome, i.cause, i.phase, i.code, i.message, i.hint, i.excerpt, i.failed_benchmark, i.decided_at,
  coalesce(i.decided_by_job_id, i.job_id) as last_job_id, i.last_failure,
  a.name as agent_name
from inspections i
join campaigns c on c.id = i.campaign_id
left join jobs j on j.id = i.job_id
left join claims k on k.job_id = coalesce(i.decided_by_job_id, i.job_id)
  and k.epoch = coalesce(i.decided_epoch, j.epoch)
left join agents a on a.id = k.agent_id
where ($1::text is null or c.id::text = $1 or c.name = $1)
  and ($2::text is null or i.lane = $2)
  and ($3::text is null or i.outcome = $3 or ($3 = 'pending' and i.outcome is null))
  and ($4::text is null or i.stack_id = $4)
  and ($5::uuid is null or i.id = $5)
order by i.campaign_id desc, i.lane, i.role, i.position, i.id
limit $6
