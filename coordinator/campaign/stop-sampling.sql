update campaign_environments set planned = sampled where campaign_id = $1
