select key, text, created_at from campaign_notes where campaign_id = $1 order by created_at, key
