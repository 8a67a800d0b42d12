-- $1 campaign. Environments that trials asked for: made anew, and found.
select
  count(*) filter (where not (m.body ->> 'reused')::boolean)::int as built,
  count(*) filter (where (m.body ->> 'reused')::boolean)::int as reused
from trial_messages m join jobs j on j.id = m.job_id
where j.campaign_id = $1 and m.kind = 'build' and m.body -> 'failure' = 'null'::jsonb
