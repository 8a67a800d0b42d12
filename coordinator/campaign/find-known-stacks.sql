-- Stacks of the environment that need no inspection of their own: baselines, and what the stream gave before.
select distinct stack_id from inspections where environment_id = $1 and stack_id = any ($2)
