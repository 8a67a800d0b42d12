update campaign_environments set cursor = $2, sampled = sampled + $3, dry = $4, drawn = $5,
  finding = nullif($6::jsonb, 'null'::jsonb) where id = $1
