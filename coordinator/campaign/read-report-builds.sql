-- $1 campaign. Environments that trials asked for: made anew, and found; and the files that the new ones needed.
select
  count(*) filter (where not (m.body ->> 'reused')::boolean)::int as built,
  count(*) filter (where (m.body ->> 'reused')::boolean)::int as reused,
  json_build_object(
    'needed', coalesce(sum((m.body -> 'files' ->> 'needed')::int), 0),
    'reused', coalesce(sum((m.body -> 'files' ->> 'reused')::int), 0)
  ) as files
from trial_messages m join jobs j on j.id = m.job_id
where j.campaign_id = $1 and m.kind = 'build' and m.body -> 'failure' = 'null'::jsonb
