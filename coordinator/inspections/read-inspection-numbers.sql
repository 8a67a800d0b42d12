select benchmark, metric, unit, direction, ratio, low, high, blocks, insufficient, confidence,
  candidate_median, baseline_median, baseline_stack_id
from comparisons where inspection_id = $1
order by benchmark, metric
