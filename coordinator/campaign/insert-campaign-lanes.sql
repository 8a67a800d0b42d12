insert into campaign_lanes (campaign_id, lane, position)
select $1, lane, position from unnest($2::text[]) with ordinality as lanes (lane, position)
