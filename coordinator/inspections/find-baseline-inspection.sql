select id from inspections
where environment_id = $1 and lane = $2 and role = 'baseline' and stack_id = $3
