insert into stale_messages (id, agent_id, job_id, epoch, kind, reason, body)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id, agent_id) do nothing
