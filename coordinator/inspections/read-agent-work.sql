-- A statement of its own, after the agent was locked: a subquery beside the lock would see what was true before the wait.
select
  exists (select from agent_lanes l where l.agent_id = $1 and l.lane = $2 and l.eligible) as in_lane,
  exists (select from jobs j where j.agent_id = $1 and j.state = 'claimed' and j.id <> $3) as is_busy
