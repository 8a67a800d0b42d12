update campaign_environments set baseline_cursor = $2, baseline_dry = $3 where id = $1
