insert into comparisons
  (inspection_id, benchmark, metric, unit, direction, job_id, epoch, baseline_stack_id, confidence,
   ratio, low, high, degrees_of_freedom, standard_error, blocks, insufficient, candidate_median, baseline_median)
select
  c.inspection_id, c.benchmark, c.metric, c.unit, c.direction, $1, $2, $3, $4,
  c.ratio, c.low, c.high, c.degrees_of_freedom, c.standard_error, c.blocks, c.insufficient,
  c.candidate_median, c.baseline_median
from jsonb_to_recordset($5::jsonb) as c (
  inspection_id uuid, benchmark text, metric text, unit text, direction text,
  ratio float8, low float8, high float8, degrees_of_freedom float8, standard_error float8,
  blocks int, insufficient text, candidate_median float8, baseline_median float8)
on conflict do nothing
