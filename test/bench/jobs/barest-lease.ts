// The barest lease: as many workers as connections take jobs through the four statements, without a broker.
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { BAREST_TABLE, CLAIM_NEXT, FINISH, OFFER, RENEW } from './barest-table.ts';

export interface BarestLease {
  /** Jobs a second through all four statements, by as many workers as there are connections. */
  jobsPerSecond(jobs: number): Promise<number>;
  close(): Promise<void>;
}

/** Makes its table in the database; drop that to be rid of it. */
export async function openBarestLease(connectionString: string, connections: number): Promise<BarestLease> {
  const pool = new Pool({ connectionString, max: connections });
  await pool.query(BAREST_TABLE);
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
    const { rows } = await pool.query<{ id: string; epoch: number }>({ ...CLAIM_NEXT, values: [agentId] });
    if (rows[0] !== undefined) return rows[0];
  }
}
