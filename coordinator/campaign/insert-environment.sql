insert into campaign_environments (id, campaign_id, position, target, environment, planned, baseline_cursor)
values ($1, $2, $3, $4, $5, $6, $7)
