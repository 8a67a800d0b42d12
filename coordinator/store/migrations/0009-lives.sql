-- In which life of its agent a hold was granted: a later life of the same series proves that the process is gone.

-- Null: an agent that does not say in which life it claims.
alter table claims add column life_series uuid;
alter table claims add column life_number integer check (life_number >= 1);
alter table claims add constraint claims_whole_life check ((life_series is null) = (life_number is null));
