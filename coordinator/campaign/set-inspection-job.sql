update inspections set job_id = $2 where id = $1 and job_id is null
