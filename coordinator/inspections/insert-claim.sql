insert into claims (job_id, epoch, agent_id, hardware_digest, hardware_epoch, baseline_rank, baseline_stack_id)
values ($1, $2, $3, $4, $5, $6, $7)
