// What the coordinator's sampling thread reads, over a connection of its own: snapshots, and what streams were told.
import { silentLogger } from '../../shared/runtime/logger.ts';
import { readTellings } from '../campaign/learned-results.ts';
import { openKnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import { openPool } from '../store/pool.ts';
import type { LoadTellings } from './learned-log.ts';
import type { LoadSnapshot } from './spaces.ts';

export interface Loaders {
  readonly loadSnapshot: LoadSnapshot;
  readonly loadTellings: LoadTellings;
}

export function loadFromDatabase(databaseUrl: string): Loaders {
  const pool = openPool({
    connectionString: databaseUrl,
    logger: silentLogger,
    maximumConnections: 1,
    applicationName: 'troop sampling',
  });
  const store = openKnowledgeStore(pool);
  return {
    loadSnapshot: (id) => store.loadSnapshot(id, new AbortController().signal),
    loadTellings: (log, from) => readTellings(pool, log, from),
  };
}
