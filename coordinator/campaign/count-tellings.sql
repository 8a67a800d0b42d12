select coalesce(max(sequence) + 1, 0) as tellings from learned_results where environment_id = $1
