select sampled, drawn, dry from campaign_environments where id = $1 for update
