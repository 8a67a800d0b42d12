-- $1 campaign. The numbers of the newest trial of each inspection.
select distinct on (m.inspection_id, m.benchmark, m.metric)
  m.inspection_id::text, m.benchmark, m.metric, m.unit, m.median
from measurements m join inspections i on i.id = m.inspection_id
where i.campaign_id = $1
order by m.inspection_id, m.benchmark, m.metric, m.computed_at desc
