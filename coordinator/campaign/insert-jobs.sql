insert into jobs (id, campaign_id, environment_id, lane, target, priority)
select j.id, c.id, e.id, j.lane, e.target, c.priority
from jsonb_to_recordset($2::jsonb) as j (id uuid, lane text)
join campaign_environments e on e.id = $1
join campaigns c on c.id = e.campaign_id
