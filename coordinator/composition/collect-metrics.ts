// What is counted in the database and in the broker is read when somebody asks for the metrics.
import type { Pool } from 'pg';
import type { CoordinatorBroker } from '../../shared/broker/broker.ts';
import type { coordinatorMetrics } from '../../shared/metrics/coordinator-metrics.ts';
import type { Metrics } from '../../shared/metrics/metrics.ts';
import { OUTCOMES } from '../../shared/inspection/outcome.ts';
import { TROOP_VERSION } from '../../shared/runtime/version.ts';
import { queryRows, sqlFile } from '../store/sql-file.ts';

interface CountRow {
  readonly what: 'agents' | 'jobs' | 'inspections' | 'campaigns' | 'offers';
  readonly label: string;
  readonly count: number;
}

const countAll = sqlFile<{ [Key in keyof CountRow]: CountRow[Key] }>(import.meta.url, 'count-all.sql');

/** Every state that a metric knows in advance is shown, with 0 where nothing is in it. */
const STATES: Readonly<Record<Exclude<CountRow['what'], 'offers'>, readonly string[]>> = {
  agents: ['pending', 'online', 'offline', 'draining', 'paused', 'quarantined'],
  jobs: ['queued', 'claimed', 'finished', 'dead', 'cancelled'],
  inspections: ['pending', ...OUTCOMES],
  campaigns: ['running', 'paused', 'finished', 'cancelled'],
};

export function collectMetrics(options: {
  metrics: Metrics<keyof typeof coordinatorMetrics>;
  pool: Pool;
  broker: CoordinatorBroker;
}): void {
  const { metrics, pool, broker } = options;
  metrics.set('troop_build_info', 1, {
    component: 'coordinator',
    version: TROOP_VERSION,
    node_version: process.version,
  });
  metrics.onRead(async () => {
    for (const state of STATES.agents) metrics.set('troop_agents', 0, { state });
    for (const state of STATES.jobs) metrics.set('troop_jobs', 0, { state });
    for (const outcome of STATES.inspections) metrics.set('troop_inspections', 0, { outcome });
    for (const state of STATES.campaigns) metrics.set('troop_campaigns', 0, { state });
    for (const { what, label, count } of await queryRows(pool, countAll)) {
      setCount(metrics, what, label, count);
    }
    const { connected, reconnects } = broker.health();
    metrics.set('troop_bus_connected', connected ? 1 : 0);
    metrics.set('troop_bus_reconnects', reconnects);
    metrics.set('troop_db_pool_connections', pool.idleCount, { state: 'idle' });
    metrics.set('troop_db_pool_connections', pool.totalCount - pool.idleCount, { state: 'busy' });
    metrics.set('troop_db_pool_connections', pool.waitingCount, { state: 'waiting' });
  });
}

function setCount(
  metrics: Metrics<keyof typeof coordinatorMetrics>,
  what: CountRow['what'],
  label: string,
  count: number,
): void {
  switch (what) {
    case 'agents':
      metrics.set('troop_agents', count, { state: label });
      return;
    case 'jobs':
      metrics.set('troop_jobs', count, { state: label });
      return;
    case 'inspections':
      metrics.set('troop_inspections', count, { outcome: label });
      return;
    case 'campaigns':
      metrics.set('troop_campaigns', count, { state: label });
      return;
    case 'offers':
      metrics.set('troop_offers_waiting', count, { lane: label });
      return;
  }
}
