update queues set unserviceable_reason = $4 where lane = $1 and target = $2 and priority = $3
