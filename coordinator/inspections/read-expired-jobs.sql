select id from jobs
where state = 'claimed' and lease_ends_at <= clock_timestamp()
order by lease_ends_at
limit 100
