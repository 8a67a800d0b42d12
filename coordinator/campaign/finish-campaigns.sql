-- A campaign is over when its streams are dry or drawn as far as planned, and all that was planned is decided.
update campaigns c set state = 'finished', finished_at = clock_timestamp()
where c.state = 'running'
  and not exists (
    select from campaign_environments e where e.campaign_id = c.id and not e.dry and e.sampled < e.planned)
  and not exists (select from inspections i where i.campaign_id = c.id and i.outcome is null)
  and not exists (select from jobs j where j.campaign_id = c.id and j.state in ('queued', 'claimed'))
returning c.id
