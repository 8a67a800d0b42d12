select benchmark, metric, unit, direction, median, lowest, highest, launches, job_id, epoch
from measurements where inspection_id = $1
order by benchmark, metric, computed_at
