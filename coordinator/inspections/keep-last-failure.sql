update inspections set last_failure = $2 where id = $1 and outcome is null
