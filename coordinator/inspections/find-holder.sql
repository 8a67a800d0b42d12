select true as found from claims where job_id = $1 and epoch = $2 and agent_id = $3
