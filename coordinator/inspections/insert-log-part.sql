insert into log_parts (job_id, epoch, stack_id, phase, part, parts, gzip)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
