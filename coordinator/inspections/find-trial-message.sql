select true as found from trial_messages where id = $1 and agent_id = $2
