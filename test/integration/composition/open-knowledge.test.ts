import { afterEach, expect, it } from 'vitest';
import { openKnowledge, type OpenKnowledge } from '../../../coordinator/composition/open-knowledge.ts';
import { defineCampaign } from '../../../coordinator/campaign/define-campaign.ts';
import { dataDirectoryLayout } from '../../../coordinator/embedded/data-directory.ts';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import { transaction } from '../../../coordinator/store/pool.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { createLifecycle, type Lifecycle } from '../../../shared/runtime/lifecycle.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { temporaryDirectory, type TemporaryDirectory } from '../../support/temporary-directory.ts';

let database: MigratedDatabase | undefined;
let lifecycle: Lifecycle | undefined;
let directory: TemporaryDirectory | undefined;

afterEach(async () => {
  await lifecycle?.stop();
  await database?.drop();
  await directory?.remove();
});

async function knowledgeOn(
  { pool }: MigratedDatabase,
  signal = new AbortController().signal,
): Promise<OpenKnowledge> {
  lifecycle = createLifecycle({ clock: systemClock, logger: silentLogger, stopDeadlineMs: 10_000 });
  directory = await temporaryDirectory();
  return await openKnowledge({
    pool,
    data: { ...dataDirectoryLayout(directory.path), release: () => Promise.resolve() },
    // Without a pip there are the indexes of snapshots alone.
    python: '/nowhere/python3',
    defaultPythons: () => Promise.resolve(['3.11']),
    defaultPlatform: 'linux_x86_64',
    clock: systemClock,
    ids: uuidIds(systemClock),
    random: () => 0.5,
    logger: silentLogger,
    lifecycle,
    signal,
  });
}

it('tells a claim of its indexes on the connection of the claim: as many claims as connections would wait for each other', async () => {
  database = await createMigratedDatabase({ maximumConnections: 1 });
  const knowledge = await knowledgeOn(database);
  const { id } = await openKnowledgeStore(database.pool).saveSnapshot({
    header: {
      format: 'troop-knowledge',
      version: 1,
      created: '2026-01-01T00:00:00Z',
      indexes: [{ name: 'lab', url: 'https://lab.example/simple' }],
    },
    source: 'import',
    summary: null,
    releases: [],
  });
  const { definition } = defineCampaign({
    name: 'question',
    requirements: ['thing'],
    indexes: [{ name: 'lab' }],
    benchmarks: [{ indicator: 'matmul' }],
  });
  const told = await transaction(database.pool, (client) =>
    knowledge.indexAccess(client, { knowledgeSnapshotId: id, definition }),
  );
  expect(told).toEqual([{ name: 'lab', urls: ['https://lab.example/simple'], findLinks: [] }]);
});

it('is not opened any further by a start that was called off while pip was asked', async () => {
  database = await createMigratedDatabase({ maximumConnections: 1 });
  const enough = new Error('enough');
  await expect(knowledgeOn(database, AbortSignal.abort(enough))).rejects.toBe(enough);
});
