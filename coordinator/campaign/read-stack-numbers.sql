-- $1 environment. By stream (a mix has several, each with its seed) what its stacks are, where that is kept.
select sampling ->> 'seed' as seed, array_agg((sampling ->> 'position')::int) as positions,
  array_agg(sampling ->> 'number') as numbers
from inspections
where environment_id = $1 and role = 'candidate' and sampling ? 'number'
group by 1
