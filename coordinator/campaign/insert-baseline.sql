insert into baselines (environment_id, lane, rank, stack_id, lock_digest) values ($1, $2, $3, $4, $5)
on conflict do nothing
