select e.campaign_id, e.id, e.target, e.sampled, e.planned
from campaign_environments e
join campaigns c on c.id = e.campaign_id
where c.state = 'running' and e.dry and e.sampled < e.planned
  and not exists (
    select from campaign_notes n where n.campaign_id = c.id and n.key = 'small-space/' || e.id)
