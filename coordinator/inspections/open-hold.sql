-- Notes the hold that was granted, and gives what is pending in the job. The baseline ($6 rank, $7 stack) is noted when the trial is
-- given it: a job of baselines alone has nothing to compare them with.
with pending as materialized (
  select i.role, i.position, i.id, l.content as lock
  from inspections i
  join locks l on l.lock_digest = i.lock_digest
  where i.job_id = $1 and i.outcome is null
), hold as (
  insert into claims (
    job_id, epoch, agent_id, hardware_digest, hardware_epoch, baseline_rank, baseline_stack_id, life_series, life_number
  )
  select
    $1, $2::int, $3::uuid, $4::text, $5::int, case when compares then $6::int end, case when compares then $7::text end, $8::uuid, $9::int
  from (select exists (select from pending where role <> 'baseline') as compares) trial
)
select role, lock from pending
order by position, id
