update claims set ended_at = clock_timestamp(), ending = $3, reason = $4
where job_id = $1 and epoch = $2 and ended_at is null
