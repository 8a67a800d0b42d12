select lane from jobs where id = $1
