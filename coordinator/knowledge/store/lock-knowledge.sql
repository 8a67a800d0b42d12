-- One snapshot is written at a time: two that bring the same releases would wait for each other.
select pg_advisory_xact_lock(hashtext('troop knowledge'))
