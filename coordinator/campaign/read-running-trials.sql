-- $1 campaign. The trials that run now, with how far their messages say they are.
select a.name as machine, j.lane, j.target,
  (select count(*)::int from inspections i where i.job_id = j.id and i.outcome is null)
    + (case when cl.baseline_stack_id is null then 0 else 1 end) as stacks,
  count(m.id) filter (where m.kind = 'build')::int as built,
  count(distinct m.body -> 'block' ->> 'block') filter (where m.kind = 'block' and (m.body -> 'block' ->> 'valid')::boolean)::int
    as blocks
from jobs j
join agents a on a.id = j.agent_id
join claims cl on cl.job_id = j.id and cl.epoch = j.epoch
left join trial_messages m on m.job_id = j.id and m.epoch = j.epoch
where j.campaign_id = $1 and j.state = 'claimed'
group by a.name, j.id, cl.baseline_stack_id
order by a.name
limit 50
