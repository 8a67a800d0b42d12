-- The job that the agent holds from an earlier life ($2, $3: the life in which it speaks now), and in which life and epoch it
-- claimed it. At most one.
select j.id, k.epoch, k.life_number
from jobs j
join claims k on k.job_id = j.id and k.epoch = j.epoch
where j.agent_id = $1 and j.state = 'claimed' and k.life_series = $2 and k.life_number < $3
