insert into measurements
  (inspection_id, job_id, epoch, benchmark, metric, unit, direction, median, lowest, highest, launches)
select m.inspection_id, $1, $2, m.benchmark, m.metric, m.unit, m.direction, m.median, m.lowest, m.highest, m.launches
from jsonb_to_recordset($3::jsonb) as m (
  inspection_id uuid, benchmark text, metric text, unit text, direction text,
  median float8, lowest float8, highest float8, launches int)
on conflict do nothing
