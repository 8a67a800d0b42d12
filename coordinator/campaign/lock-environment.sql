-- To draw for it. Its campaign is cancelled before that or after it, not in between; no row when it is over.
select e.sampled, e.drawn, e.dry
from campaign_environments e
join campaigns c on c.id = e.campaign_id
where e.id = $1 and c.state in ('running', 'paused')
for update of e
for share of c
