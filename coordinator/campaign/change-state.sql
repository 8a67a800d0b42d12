update campaigns set
  state = $2,
  finished_at = case when $2 = 'cancelled' then clock_timestamp() end
where id = $1
