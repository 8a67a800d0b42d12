-- $1 environment. What its stream was told, telling by telling.
select emitted, jsonb_agg(jsonb_build_object('position', position, 'logRatio', log_ratio) order by place) as results
from learned_results
where environment_id = $1
group by sequence, emitted
order by sequence
