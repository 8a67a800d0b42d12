insert into baseline_candidates (environment_id, rank, stack_id, lock_digest) values ($1, $2, $3, $4)
on conflict do nothing
