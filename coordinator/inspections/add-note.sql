insert into campaign_notes (campaign_id, key, text) values ($1, $2, $3)
on conflict (campaign_id, key) do nothing
