// The knowledge base over HTTP: syncs that run in the coordinator, snapshots in and out, single projects.
import { Readable } from 'node:stream';
import Type, { type Static } from 'typebox';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Release } from '../../shared/stack/release.ts';
import type { SyncRun } from '../knowledge/sync-runs.ts';
import type { SnapshotDescription } from '../knowledge/store/knowledge-store.ts';
import type { SavedSnapshot } from '../knowledge/store/save-snapshot.ts';
import { bodyOf, pathPart, queryOf } from './input.ts';
import type { Routes } from './server.ts';

const SyncRequestSchema = Type.Object(
  {
    requirements: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), { minItems: 1, maxItems: 500 }),
    /** `NAME=URL`, beside the index `pip`. */
    indexes: Type.Array(Type.String({ maxLength: 2000 }), { maxItems: 50, default: [] }),
    /** X.Y; empty: of the interpreter whose pip is asked. */
    pythons: Type.Array(Type.String({ maxLength: 10 }), { maxItems: 20, default: [] }),
    platform: Type.Optional(Type.String({ maxLength: 64 })),
    latest: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    excludeNewer: Type.Optional(Type.String({ maxLength: 40 })),
    allowSdists: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type SyncRequest = Static<typeof SyncRequestSchema>;

const SnapshotQuery = Type.Object({
  /** An id, or `latest`. */
  snapshot: Type.String({ default: 'latest', maxLength: 100 }),
  urls: Type.Boolean({ default: true }),
});

export interface KnowledgeUseCases {
  readonly startSync: (request: SyncRequest) => SyncRun;
  readonly showSync: (id: string) => SyncRun;
  readonly listSnapshots: (limit: number) => Promise<readonly SnapshotDescription[]>;
  /** The id itself, or that of the newest snapshot for `latest`. */
  readonly resolveSnapshot: (id: string) => Promise<string>;
  readonly importSnapshot: (stream: AsyncIterable<Uint8Array>) => Promise<SavedSnapshot>;
  readonly exportSnapshot: (id: string, urls: boolean) => AsyncGenerator<string>;
  readonly showProject: (id: string, name: string) => Promise<readonly Release[]>;
  /** A file of the knowledge base by its SHA-256. */
  readonly openFile: (sha256: string) => Promise<Readable>;
}

const Sha256Params = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
const LARGEST_IMPORT_BYTES = 2 * 1024 ** 3;
const SHOWN_SNAPSHOTS = 100;

export function knowledgeRoutes(knowledge: KnowledgeUseCases): Routes {
  return (app) => {
    app.addContentTypeParser(
      'application/octet-stream',
      { bodyLimit: LARGEST_IMPORT_BYTES },
      (_request, payload, done) => done(null, payload),
    );

    app.post('/api/v1/knowledge/syncs', { schema: { body: SyncRequestSchema } }, async (request, reply) =>
      reply.status(202).send(knowledge.startSync(bodyOf(request, SyncRequestSchema))),
    );
    app.get('/api/v1/knowledge/syncs/:id', (request) =>
      Promise.resolve(knowledge.showSync(pathPart(request, 'id'))),
    );

    app.get('/api/v1/knowledge/snapshots', async () => ({
      items: await knowledge.listSnapshots(SHOWN_SNAPSHOTS),
    }));
    app.post('/api/v1/knowledge/import', async ({ body }, reply) => {
      if (!(body instanceof Readable)) {
        const reason = 'a snapshot is sent as application/octet-stream';
        throw new TroopError('TROOP-1002', { what: 'the body', reason });
      }
      return reply.status(201).send(await knowledge.importSnapshot(body));
    });
    app.get(
      '/api/v1/knowledge/export',
      { schema: { querystring: SnapshotQuery } },
      async (request, reply) => {
        const { snapshot, urls } = queryOf(request, SnapshotQuery);
        const id = await knowledge.resolveSnapshot(snapshot);
        return reply.type('application/x-ndjson').send(Readable.from(knowledge.exportSnapshot(id, urls)));
      },
    );
    app.get(
      '/api/v1/knowledge/projects/:name',
      { schema: { querystring: SnapshotQuery } },
      async (request) => {
        const snapshot = await knowledge.resolveSnapshot(queryOf(request, SnapshotQuery).snapshot);
        return { snapshot, releases: await knowledge.showProject(snapshot, pathPart(request, 'name')) };
      },
    );

    app.get(
      '/api/v1/files/:sha256',
      { schema: { params: Sha256Params }, config: { roles: ['agent'] } },
      async (request, reply) =>
        reply.type('application/octet-stream').send(await knowledge.openFile(pathPart(request, 'sha256'))),
    );
  };
}
