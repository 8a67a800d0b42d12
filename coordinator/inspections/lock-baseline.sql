-- Two trials that judge the baseline of one lane do so one after the other.
select b.rank
from claims k
join jobs j on j.id = k.job_id
join baselines b on b.environment_id = j.environment_id and b.lane = j.lane and b.rank = k.baseline_rank
where k.job_id = $1 and k.epoch = $2
for update of b
