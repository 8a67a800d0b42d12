insert into claims (
  job_id, epoch, agent_id, hardware_digest, hardware_epoch, baseline_rank, baseline_stack_id, life_series, life_number
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
