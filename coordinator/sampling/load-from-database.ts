// What the coordinator's sampling thread reads, over a connection of its own: snapshots, and what streams were told.
import { silentLogger } from '../../shared/runtime/logger.ts';
import { readNumbers, readTellings } from '../campaign/learned-results.ts';
import { openKnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import { openPool } from '../store/pool.ts';
import type { LearnedLogs } from './learned-log.ts';
import type { LoadSnapshot } from './spaces.ts';

export interface Loaders {
  readonly loadSnapshot: LoadSnapshot;
  readonly logs: LearnedLogs;
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
    logs: {
      tellings: (log, from) => readTellings(pool, log, from),
      numbers: ({ id }) => readNumbers(pool, id),
    },
  };
}
