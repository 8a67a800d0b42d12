-- $1 agent, $2 lanes, $3 eligible, $4 reasons (each a JSON array): the verdicts of the catalogue in force, whole.
with verdicts as (
  select lane, eligible, array(select jsonb_array_elements_text(reasons)) as reasons
  from unnest($2::text[], $3::boolean[], $4::jsonb[]) as given(lane, eligible, reasons)
), gone as (
  delete from agent_lanes where agent_id = $1 and lane <> all ($2::text[])
)
insert into agent_lanes (agent_id, lane, eligible, reasons)
select $1, lane, eligible, reasons from verdicts
on conflict (agent_id, lane) do update set eligible = excluded.eligible, reasons = excluded.reasons
