-- $1 campaign. The machines that worked on it, and how their builds came.
select a.id::text, a.name, a.fingerprint
from agents a
where a.id in (select cl.agent_id from claims cl join jobs j on j.id = cl.job_id where j.campaign_id = $1)
order by a.name
