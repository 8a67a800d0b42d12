-- Machines whose fitness for a target that is asked for now is not known, or was derived from an older fingerprint.
select a.id as agent_id, a.fingerprint, a.fingerprint_hash, needed.target, needed.environments
from (
  select e.target, jsonb_agg(distinct e.environment) as environments
  from campaign_environments e
  join campaigns c on c.id = e.campaign_id
  where c.state in ('running', 'paused')
  group by e.target
) needed
cross join agents a
left join agent_targets t on t.agent_id = a.id and t.target = needed.target
where a.admin_state in ('active', 'draining', 'paused')
  and a.fingerprint is not null
  and t.fingerprint_hash is distinct from a.fingerprint_hash
limit 200
