-- Where each sampled stack came from: what a report may say about all stacks follows from it.

-- {strategy, seed, position, index, log10DrawProbability, log10InclusionProbability, isEstimate, repeated?}, as
-- coordinator/monkey/strategies/sampled-from.ts says. With the campaign's snapshot and requirements it gives the stack again.
-- Null for baselines, and for inspections from before it was kept.
alter table inspections add column sampling jsonb;
