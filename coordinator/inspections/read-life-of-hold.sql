-- In which life its agent was granted the hold; nulls when it did not say.
select life_series as series, life_number as number from claims where job_id = $1 and epoch = $2
