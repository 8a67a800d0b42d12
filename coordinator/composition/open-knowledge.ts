// The knowledge base as the API uses it: syncs with pip's own settings, snapshots, files by hash.
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { canonicalEnvironment, type TargetEnvironment } from '../../shared/stack/environment.ts';
import { normalizeName } from '../../shared/stack/name.ts';
import type { Trial } from '../../shared/protocol/claim-message.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Lifecycle } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { KnowledgeUseCases, SyncRequest } from '../api/knowledge.ts';
import type { DataDirectory } from '../embedded/data-directory.ts';
import type { ClaimDependencies } from '../inspections/claim-job.ts';
import { createFileAccess } from '../knowledge/file-access.ts';
import type { IndexDefinition } from '../knowledge/index/index-definition.ts';
import { openIndexAccess, type IndexAccess } from '../knowledge/open-index-access.ts';
import { readPipConfiguration } from '../../shared/pip/pip-configuration.ts';
import type { PipConfiguration } from '../../shared/pip/pip-settings.ts';
import { openKnowledgeStore, type KnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import { openSyncMemory } from '../knowledge/store/sync-memory.ts';
import { createSyncRuns } from '../knowledge/sync-runs.ts';
import { syncKnowledge } from '../knowledge/sync/sync-knowledge.ts';
import type { SyncProgress, SyncSummary } from '../knowledge/sync/sync-options.ts';

export interface OpenKnowledge {
  readonly store: KnowledgeStore;
  readonly useCases: KnowledgeUseCases;
  /** What agents are told of a campaign's indexes, read through the client of the claim; never holds credentials. */
  readonly indexAccess: ClaimDependencies['indexAccess'];
}

interface Options {
  readonly pool: Pool;
  readonly data: DataDirectory;
  /** The interpreter whose pip is asked. */
  readonly python: string;
  /** X.Y of the interpreters that a sync without a choice is made for. */
  readonly defaultPythons: () => Promise<readonly string[]>;
  readonly defaultPlatform: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: () => number;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  /** Aborts the start. */
  readonly signal: AbortSignal;
}

/** Rejects with the signal's reason when it aborts: a pip that does not answer may be waited for for minutes. */
export async function openKnowledge(options: Options): Promise<OpenKnowledge> {
  const { pool, data, clock, ids, random, lifecycle } = options;
  const store = openKnowledgeStore(pool);
  const stopping = new AbortController();
  const pip = await settingsOf(options);
  const access = await openAccess(options, pip, []);
  const memory = openSyncMemory(pool);
  const files = createFileAccess({
    database: pool,
    client: access.client,
    memory,
    directory: data.cache,
    clock,
    ids,
    random,
    signal: stopping.signal,
  });
  const runs = createSyncRuns<SyncRequest>(ids, (request, onProgress, signal) =>
    runSync(options, { store, pip }, request, { onProgress, signal }),
  );
  lifecycle.started({
    name: 'knowledge',
    stop: async () => {
      stopping.abort();
      await runs.stop();
      await access.close();
    },
  });
  const pipDefinition = access.indexes.find(({ name }) => name === 'pip') ?? null;
  return {
    store,
    useCases: {
      startSync: (request) => runs.start(request),
      showSync: (id) => runs.show(id),
      listSnapshots: (limit) => store.listSnapshots(limit),
      resolveSnapshot: (id) => resolveSnapshot(store, id),
      importSnapshot: (stream) => store.importSnapshot(stream),
      exportSnapshot: (id, urls) => store.exportSnapshot(id, { urls }),
      showProject: (id, name) => store.showProject(id, normalizeName(name)),
      openFile: async (sha256): Promise<Readable> => (await files.open(sha256, stopping.signal)).content,
    },
    indexAccess: async (client, { knowledgeSnapshotId, definition }) => {
      const { header } = await store.describeSnapshot(knowledgeSnapshotId, client);
      return definition.indexes.map(({ name }) =>
        trialIndex(name, header.indexes.find((index) => index.name === name)?.url, pipDefinition),
      );
    },
  };
}

export async function resolveSnapshot(store: KnowledgeStore, id: string): Promise<string> {
  if (id !== 'latest') return (await store.describeSnapshot(id)).id;
  const latest = await store.latestSnapshot();
  if (latest === null) throw new TroopError('TROOP-1005', { what: 'knowledge', name: 'snapshot' });
  return latest.id;
}

/** A pip that does not answer is an error only for what needs it: the empty settings know no index. */
async function settingsOf({ python, logger, signal }: Options): Promise<PipConfiguration | TroopError> {
  try {
    return await readPipConfiguration(python, signal);
  } catch (error) {
    signal.throwIfAborted();
    logger.warn({ err: error }, 'pip did not tell its settings; the index pip is not known');
    return error instanceof TroopError ? error : new TroopError('TROOP-1001', { reason: String(error) });
  }
}

const NO_PIP: PipConfiguration = {
  pipVersion: 'none',
  indexUrl: '',
  extraIndexUrls: [],
  findLinks: [],
  noIndex: true,
  certificatePath: null,
  clientCertificatePath: null,
  proxy: null,
  environmentProxies: {},
  trustedHosts: [],
  timeoutMs: 15_000,
  constraints: [],
  netrc: new Map(),
};

function openAccess(
  { data, clock, ids, random }: Options,
  pip: PipConfiguration | TroopError,
  named: readonly string[],
): Promise<IndexAccess> {
  const configuration = pip instanceof TroopError ? NO_PIP : pip;
  return openIndexAccess({ configuration, namedIndexes: named, directory: data.cache, clock, ids, random });
}

async function runSync(
  options: Options,
  { store, pip }: { store: KnowledgeStore; pip: PipConfiguration | TroopError },
  request: SyncRequest,
  { onProgress, signal }: { onProgress: (progress: SyncProgress) => void; signal: AbortSignal },
): Promise<SyncSummary> {
  if (pip instanceof TroopError && request.indexes.length === 0) throw pip;
  const access = await openAccess(options, pip, request.indexes);
  try {
    const { clock, logger, pool } = options;
    const memory = openSyncMemory(pool);
    return await syncKnowledge(
      { client: access.client, cache: access.cache, store, memory, clock, logger, onProgress },
      {
        requirements: request.requirements,
        environments: await environmentsOf(options, request),
        indexes: access.indexes,
        ignoredConstraintFiles: pip instanceof TroopError ? [] : pip.constraints,
        ...(request.latest === undefined ? {} : { latest: request.latest }),
        ...(request.excludeNewer === undefined ? {} : { excludeNewer: request.excludeNewer }),
        ...(request.allowSdists === undefined ? {} : { allowSdists: request.allowSdists }),
      },
      signal,
    );
  } finally {
    await access.close();
  }
}

async function environmentsOf(options: Options, request: SyncRequest): Promise<readonly TargetEnvironment[]> {
  const pythons = request.pythons.length > 0 ? request.pythons : await options.defaultPythons();
  const platform = request.platform ?? options.defaultPlatform;
  return pythons.map((python) => canonicalEnvironment({ python, platform }));
}

function trialIndex(
  name: string,
  url: string | undefined,
  pip: IndexDefinition | null,
): Trial['indexes'][number] {
  if (name === 'pip' && pip !== null) {
    const of = (kind: 'simple' | 'links'): string[] =>
      pip.members.filter((member) => member.kind === kind).map((member) => member.url);
    return { name, urls: of('simple'), findLinks: of('links') };
  }
  return { name, urls: url === undefined ? [] : url.split(' '), findLinks: [] };
}
