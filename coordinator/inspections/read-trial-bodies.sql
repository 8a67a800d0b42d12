select body from trial_messages where job_id = $1 and epoch = $2 and kind = $3 order by n
