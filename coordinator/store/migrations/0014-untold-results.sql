-- Whether the stream of its environment was told of it. Its log says so too, but what is not in a log can only be found by reading
-- all of it and all inspections, before every draw.
alter table inspections add column is_told boolean not null default false;
update inspections set is_told = true where id in (select inspection_id from learned_results);
create index inspections_untold on inspections (environment_id)
  where not is_told and role = 'candidate' and (outcome = 'succeeded' or cause = 'stack');
