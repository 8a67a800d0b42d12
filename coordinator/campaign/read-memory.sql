select value from coordinator_memory where key = $1
