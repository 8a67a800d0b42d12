-- What a claim needs to know beside the job: its campaign, its environment, and the baseline in force on its lane.
select
  c.name as campaign_name, c.state as campaign_state, c.definition, c.knowledge_snapshot_id,
  e.environment,
  b.rank as baseline_rank, b.stack_id as baseline_stack_id, l.content as baseline_lock
from jobs j
join campaigns c on c.id = j.campaign_id
join campaign_environments e on e.id = j.environment_id
left join baselines b on b.environment_id = j.environment_id and b.lane = j.lane and b.state <> 'rejected'
left join locks l on l.lock_digest = b.lock_digest
where j.id = $1
