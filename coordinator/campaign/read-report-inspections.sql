-- $1 campaign. Every inspection with its stack's packages, in the order of lanes and positions.
-- Environments that differ in their variables alone are sections of their own.
select i.id::text,
  i.target || coalesce((select ' ' || string_agg(v.key || '=' || v.value, ' ' order by v.key)
    from jsonb_each_text(e.environment -> 'variables') as v), '') as target,
  i.lane, i.role, i.stack_id, i.outcome, i.cause, i.phase, i.code, i.message,
  i.environment_id::text, i.sampling,
  l.content -> 'packages' as packages
from inspections i
join locks l on l.lock_digest = i.lock_digest
join campaign_environments e on e.id = i.environment_id
join campaign_lanes cl on cl.campaign_id = i.campaign_id and cl.lane = i.lane
where i.campaign_id = $1 and not (i.role = 'baseline' and i.outcome is null and i.job_id is null and exists (
  select 1 from inspections d where d.campaign_id = i.campaign_id and d.stack_id = i.stack_id and d.lane = i.lane
    and d.environment_id = i.environment_id and d.id <> i.id))
order by i.target, e.position, cl.position, i.role, i.position
