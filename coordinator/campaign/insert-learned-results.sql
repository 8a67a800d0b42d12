-- $1 environment, $2 stacks given by then, $3 the results of one telling. The environment is locked.
insert into learned_results (environment_id, sequence, place, emitted, inspection_id, position, log_ratio)
select $1, (select coalesce(max(sequence) + 1, 0) from learned_results where environment_id = $1), r.ordinality, $2,
  (r.value ->> 'inspectionId')::uuid, (r.value ->> 'position')::int, (r.value ->> 'logRatio')::float8
from jsonb_array_elements($3::jsonb) with ordinality as r
