// Snapshots for the coordinator's sampling thread, over a connection of its own.
import { silentLogger } from '../../shared/runtime/logger.ts';
import { openKnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import { openPool } from '../store/pool.ts';
import type { LoadSnapshot } from './spaces.ts';

export function loadFromDatabase(databaseUrl: string): LoadSnapshot {
  const pool = openPool({
    connectionString: databaseUrl,
    logger: silentLogger,
    maximumConnections: 1,
    applicationName: 'troop sampling',
  });
  const store = openKnowledgeStore(pool);
  return (id) => store.loadSnapshot(id, new AbortController().signal);
}
