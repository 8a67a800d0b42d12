-- Stores a message of ($2 job, $6 agent, $3 epoch), once, while they speak for the job: the pure machine's `asSpokenBy`. Nothing is
-- stored otherwise. The job is locked against whoever would claim it meanwhile.
insert into trial_messages (id, job_id, epoch, kind, n, agent_id, stack_id, body)
select $1, spoken.id, $3, $4, $5, $6, $7, $8
from (
  select id from jobs
  where id = $2 and epoch = $3 and agent_id = $6 and state in ('queued', 'claimed')
  for no key update
) spoken
on conflict (id) do nothing
