-- Only a proposed baseline changes: a proved one is frozen, a rejected one is gone.
update baselines set state = $4
where environment_id = $1 and lane = $2 and stack_id = $3 and state = 'proposed'
returning rank
