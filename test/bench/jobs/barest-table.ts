// What one would write by hand: one table, and four statements through which a job goes, each of them committed by itself.
// Nobody is asked who he is, and no result is kept.
export const BAREST_TABLE = `
  create table barest_jobs (
    id uuid primary key, state text not null default 'queued', epoch int not null default 0,
    agent_id uuid, lease_ends_at timestamptz, made_at timestamptz not null default clock_timestamp());
  create index on barest_jobs (made_at) where state = 'queued'`;

export const OFFER = { name: 'offer', text: 'insert into barest_jobs (id) values ($1)' };

const CLAIMED = `
  update barest_jobs set
    state = 'claimed', epoch = epoch + 1, agent_id = $1, lease_ends_at = clock_timestamp() + interval '90 s'`;
/** Whichever waits longest. */
export const CLAIM_NEXT = {
  name: 'claim-next',
  text: `${CLAIMED}
    where id = (
      select id from barest_jobs where state = 'queued' order by made_at for update skip locked limit 1)
    returning id, epoch`,
};
/** The one that was offered. */
export const CLAIM_THIS = {
  name: 'claim-this',
  text: `${CLAIMED} where id = $2 and state = 'queued' returning id, epoch`,
};

const HELD = `where id = $1 and agent_id = $2 and epoch = $3 and state = 'claimed'`;
export const RENEW = {
  name: 'renew',
  text: `update barest_jobs set lease_ends_at = clock_timestamp() + interval '90 s' ${HELD}`,
};
export const FINISH = {
  name: 'finish',
  text: `update barest_jobs set state = 'finished', lease_ends_at = null ${HELD}`,
};
