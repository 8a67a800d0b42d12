// What one would write by hand: one table, and a job goes through it by four statements, each of them committed by itself.
// Nobody is asked who he is, nothing is signed, no result is kept.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { systemClock } from '../../../shared/runtime/clock.ts';

export interface BarestLease {
  /** Jobs a second through all four statements, by as many workers as there are connections. */
  jobsPerSecond(jobs: number): Promise<number>;
  close(): Promise<void>;
}

const TABLE = `
  create table barest_jobs (
    id uuid primary key, state text not null default 'queued', epoch int not null default 0,
    agent_id uuid, lease_ends_at timestamptz, made_at timestamptz not null default clock_timestamp());
  create index on barest_jobs (made_at) where state = 'queued'`;

const OFFER = { name: 'offer', text: 'insert into barest_jobs (id) values ($1)' };
const CLAIM = {
  name: 'claim',
  text: `
    update barest_jobs set
      state = 'claimed', epoch = epoch + 1, agent_id = $1, lease_ends_at = clock_timestamp() + interval '90 s'
    where id = (
      select id from barest_jobs where state = 'queued' order by made_at for update skip locked limit 1)
    returning id, epoch`,
};
const HELD = `where id = $1 and agent_id = $2 and epoch = $3 and state = 'claimed'`;
const RENEW = {
  name: 'renew',
  text: `update barest_jobs set lease_ends_at = clock_timestamp() + interval '90 s' ${HELD}`,
};
const FINISH = {
  name: 'finish',
  text: `update barest_jobs set state = 'finished', lease_ends_at = null ${HELD}`,
};

/** Makes its table in the database; drop that to be rid of it. */
export async function openBarestLease(connectionString: string, connections: number): Promise<BarestLease> {
  const pool = new Pool({ connectionString, max: connections });
  await pool.query(TABLE);
  return {
    jobsPerSecond: async (jobs) => {
      let left = jobs;
      const startedMs = systemClock.monotonicMs();
      await Promise.all(
        Array.from({ length: connections }, async () => {
          const agentId = randomUUID();
          while (left-- > 0) await oneJob(pool, agentId);
        }),
      );
      return (1000 * jobs) / (systemClock.monotonicMs() - startedMs);
    },
    close: () => pool.end(),
  };
}

async function oneJob(pool: Pool, agentId: string): Promise<void> {
  await pool.query({ ...OFFER, values: [randomUUID()] });
  const { id, epoch } = await claimed(pool, agentId);
  const held = [id, agentId, epoch];
  await pool.query({ ...RENEW, values: held });
  const { rowCount } = await pool.query({ ...FINISH, values: held });
  if (rowCount !== 1) throw new Error('a held job could not be finished');
}

/** As many are offered as are claimed, but another may have taken ours when its own was not yet seen by us. */
async function claimed(pool: Pool, agentId: string): Promise<{ id: string; epoch: number }> {
  for (;;) {
    const { rows } = await pool.query<{ id: string; epoch: number }>({ ...CLAIM, values: [agentId] });
    if (rows[0] !== undefined) return rows[0];
  }
}
