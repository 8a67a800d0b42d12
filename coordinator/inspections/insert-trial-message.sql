insert into trial_messages (id, job_id, epoch, kind, n, agent_id, stack_id, body)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (id) do nothing
