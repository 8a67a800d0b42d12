-- $1 campaign. What the strategies of its environments have found out.
select target, finding from campaign_environments
where campaign_id = $1 and finding is not null
order by position
