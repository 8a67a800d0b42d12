-- Every open job at once, each as it is when it is its turn: one that a machine gives back meanwhile would be missed between two
-- statements. Gives the holders that should be told.
with cancelled as (
  update jobs set
    state = case when state = 'queued' then 'cancelled' else state end,
    cancel_requested = state = 'claimed',
    closed_at = case when state = 'queued' then clock_timestamp() end,
    last_offer_at = null
  where campaign_id = $1 and state in ('queued', 'claimed')
  returning id, agent_id, epoch, state
)
select id as job_id, agent_id, epoch from cancelled where state = 'claimed'
