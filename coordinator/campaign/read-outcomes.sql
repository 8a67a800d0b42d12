select lane, role, outcome, cause, count(*)::int as count
from inspections
where campaign_id = $1
group by lane, role, outcome, cause
order by lane, role, outcome nulls first, cause
