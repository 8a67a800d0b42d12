select lane from queues where lane = $1 and target = $2 and priority = $3 for update
