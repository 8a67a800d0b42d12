-- $1 campaign.
select c.inspection_id::text, c.benchmark, c.metric, c.direction, c.ratio, c.low, c.high, c.blocks, c.insufficient
from comparisons c join inspections i on i.id = c.inspection_id
where i.campaign_id = $1
order by c.inspection_id, c.benchmark, c.metric
