-- What is asked about one campaign, many times a minute, does not take longer for all that came before it.

create index jobs_by_campaign on jobs (campaign_id);
