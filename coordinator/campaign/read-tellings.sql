-- $1 environment, $2 the first telling, $3 the one behind the last. What its stream was told, telling by telling.
select emitted, jsonb_agg(jsonb_build_object('position', position, 'logRatio', log_ratio) order by place) as results
from learned_results
where environment_id = $1 and sequence >= $2 and sequence < $3
group by sequence, emitted
order by sequence
