update jobs set cancel_requested = true
where campaign_id = $1 and state = 'claimed'
returning id as job_id, agent_id, epoch
