// Every route of the coordinator's API, as it is put together for real, with bodies, paths and queries of any content: an answer
// or a problem of the catalogue, never TROOP-1001, which is what an accident looks like from outside.
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServer } from '../../../coordinator/api/server.ts';
import { apiRoutes, type RouteParts } from '../../../coordinator/composition/routes.ts';
import { openKnowledgeStore } from '../../../coordinator/knowledge/store/knowledge-store.ts';
import { resolveSnapshot } from '../../../coordinator/composition/open-knowledge.ts';
import { campaignStreams } from '../../../coordinator/sampling/campaign-streams.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import { isErrorCode } from '../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { normalizeName } from '../../../shared/stack/name.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';

const TOKEN = 'troop_operator_of_this_test';
const KNOWLEDGE =
  '{"format":"troop-knowledge","version":1,"created":"2026-01-01T00:00:00Z","indexes":[{"name":"pip"}]}\n' +
  ['1.0', '2.0']
    .map((version) =>
      JSON.stringify({ index: 'pip', name: 'six', version, requires_dist: [], yanked: false, files: [] }),
    )
    .join('\n');

let database: MigratedDatabase;
let app: FastifyInstance;
let routes: readonly string[];

beforeAll(async () => {
  database = await createMigratedDatabase();
  const { pool } = database;
  const store = openKnowledgeStore(pool);
  await store.importSnapshot(bytesOf(Buffer.from(KNOWLEDGE)));
  const engine = createSamplingEngine((id) => store.loadSnapshot(id, new AbortController().signal));
  const nothing = (): Promise<void> => Promise.resolve();
  // What reaches out (a sync, the broker) is not asked: everything else is what the program has.
  const parts = {
    database: { pool },
    engine,
    ids: uuidIds(systemClock),
    config: { python: 'python3' },
    metrics: { read: () => Promise.resolve({ contentType: 'text/plain', text: '' }) },
    secrets: { publicKey: 'key' },
    broker: {
      accessFor: () => Promise.resolve({ url: 'nats://h:1', user: null, password: null }),
      forget: nothing,
      broker: { health: () => ({ connected: true }) },
    },
    work: { feedNow: () => {}, agentKeys: { forget: () => {} }, control: { wake: nothing, cancel: nothing } },
    openStream: campaignStreams(engine),
    knowledge: {
      useCases: {
        startSync: () => ({ id: 's', state: 'running', progress: null, summary: null, error: null }),
        showSync: (id: string) => {
          throw new TroopError('TROOP-1005', { what: 'sync', name: id });
        },
        listSnapshots: (limit: number) => store.listSnapshots(limit),
        resolveSnapshot: (id: string) => resolveSnapshot(store, id),
        importSnapshot: (stream: AsyncIterable<Uint8Array>) => store.importSnapshot(stream),
        exportSnapshot: (id: string, urls: boolean) => store.exportSnapshot(id, { urls }),
        showProject: async (id: string, name: string) => store.showProject(id, normalizeName(name)),
        openFile: (sha256: string) => Promise.reject(new TroopError('TROOP-1110', { sha256 })),
      },
    },
  } as unknown as RouteParts;
  app = await buildServer({
    version: '1.2.3',
    logger: silentLogger,
    authentication: { operatorToken: TOKEN, findAgentByTokenDigest: () => Promise.resolve(null) },
    routes: apiRoutes(parts),
  });
  const document = (await ask({ method: 'GET', url: '/api/v1/openapi.json' })).body as {
    paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function* bytesOf(content: Buffer): AsyncGenerator<Uint8Array> {
  yield content;
}

async function ask(options: InjectOptions): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${TOKEN}`, ...options.headers };
  const answer = await app.inject({ ...options, headers });
  const isJson = String(answer.headers['content-type']).includes('json;') || answer.statusCode >= 400;
  return { status: answer.statusCode, body: isJson ? answer.json<unknown>() : null };
}

/** Nothing, or what is wrong with an answer. */
function wrongWith({ status, body }: { status: number; body: unknown }): string | null {
  if (status < 400) return null;
  const { code, status: said } = body as { code?: unknown; status?: unknown };
  const isProblem = typeof code === 'string' && isErrorCode(code) && said === status;
  return isProblem && code !== 'TROOP-1001' ? null : `${status} ${JSON.stringify(body)}`;
}

const CAMPAIGN = { name: 'one', requirements: ['six'], benchmarks: [{ indicator: 'hello' }] };
const SPACE = { requirements: ['six>=1'], python: '3.11', platform: 'linux_x86_64' };
const STACK = { packages: [{ name: 'six', version: '1.0' }] };
/** A body of each route that is right, to be spoilt. */
const BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/tokens': { lab: 'here', uses: 1, lifeSeconds: 3600, autoApprove: true },
  'POST /api/v1/agents/enrol': { token: 'troop_join_x', publicKey: 'x', name: 'machine' },
  'POST /api/v1/campaigns': { campaign: CAMPAIGN, snapshot: 'latest' },
  'POST /api/v1/knowledge/syncs': { requirements: ['six'], indexes: [], pythons: ['3.11'], latest: 1 },
  'POST /api/v1/stacks/sample': { ...SPACE, strategy: 'uniform', seed: '1', count: 2, parameters: {} },
  'POST /api/v1/stacks/count': { ...SPACE, where: ['six>=2'], marginals: ['six'], maxNodes: 100 },
  'POST /api/v1/stacks/explain': { ...SPACE, pins: ['six==1.0'], stack: STACK },
  'POST /api/v1/stacks/check': { ...SPACE, stack: STACK, rules: [{ drop: 'six==1.0' }] },
  'POST /api/v1/stacks/neighbours': { ...SPACE, baseline: STACK, packages: ['six'], limit: 3 },
  'POST /api/v1/stacks/coverage': {
    ...SPACE,
    missing: 'assume',
    alternatives: [{ project: 'six', by: ['seven'] }],
  },
};
const SPACE_KEYS = ['constraints', 'hashes', 'snapshot', 'indexes', 'indexPolicy', 'excludeNewer', 'rules'];
const MORE_KEYS = ['prereleases', 'prereleasesOf', 'variants', 'alternatives', 'cursor', 'shard', 'planned'];

const text = fc.oneof(
  fc.constantFrom('\0', '\ud800', '', ' ', 'six', 'six>=1', '-1', '1e999', '__proto__', 'latest', '{', '%00'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    -1,
    0,
    1e300,
    2 ** 53,
    null,
    [],
    {},
    [[]],
    [null],
    { drop: 'x' },
    [{ drop: 'six' }],
    '\ud800',
  ),
);
const changed = (seed: object): fc.Arbitrary<object> => {
  const keys = [...Object.keys(seed), ...('requirements' in seed ? [...SPACE_KEYS, ...MORE_KEYS] : ['x'])];
  const change = fc.dictionary(fc.oneof(fc.constantFrom(...keys), text), value, { minKeys: 1, maxKeys: 3 });
  return change.map((changes) => ({ ...seed, ...changes }));
};

const nameOf = (route: string): { method: 'POST' | 'GET' | 'DELETE'; path: string } => {
  const [method, path = ''] = route.split(' ');
  return { method: method as 'POST', path };
};

describe('every route', () => {
  it('with a body has one here that is right', async () => {
    const withBody = routes.filter((route) => route.startsWith('POST ') && !route.includes('{'));
    expect(withBody.toSorted()).toEqual([...Object.keys(BODIES), 'POST /api/v1/knowledge/import'].toSorted());
    for (const [route, payload] of Object.entries(BODIES)) {
      const answer = await ask({ method: 'POST', url: nameOf(route).path, payload });
      const fine = route.endsWith('/enrol') ? [404, 401, 403, 422] : [200, 201, 202];
      expect(fine, `${route} ${JSON.stringify(answer)}`).toContain(answer.status);
    }
  });

  it('answers a body whose values are others with what it is, or with what is wrong', async () => {
    const bodies = fc
      .constantFrom(...Object.keys(BODIES))
      .chain((route) => changed(BODIES[route] ?? {}).map((payload) => ({ route, payload })));
    await fc.assert(
      fc.asyncProperty(bodies, async ({ route, payload }) => {
        expect(wrongWith(await ask({ method: 'POST', url: nameOf(route).path, payload }))).toBeNull();
      }),
      { numRuns: fuzzRuns(250) },
    );
  });

  it('answers a campaign of any values with what it is, or with what is wrong', async () => {
    const campaign = changed(CAMPAIGN).chain((first) =>
      fc
        .dictionary(
          fc.constantFrom(
            'environments',
            'lanes',
            'indexes',
            'baseline',
            'sampling',
            'trial',
            'budget',
            'limits',
          ),
          value,
          { maxKeys: 2 },
        )
        .map((more) => ({ campaign: { ...first, ...more } })),
    );
    await fc.assert(
      fc.asyncProperty(campaign, async (payload) => {
        expect(wrongWith(await ask({ method: 'POST', url: '/api/v1/campaigns', payload }))).toBeNull();
      }),
      { numRuns: fuzzRuns(100) },
    );
  });

  it('answers bytes of any kind, and headers that lie about them, with what is wrong', async () => {
    const types = [
      'application/json',
      'application/octet-stream',
      'text/plain',
      'x',
      'application/json; charset=utf-7',
    ];
    const headers = fc.record(
      {
        'content-type': fc.constantFrom(...types),
        'content-encoding': fc.constantFrom('gzip', 'br', 'identity', 'x'),
        'content-length': fc.constantFrom('0', '1', '99999999999', '-1', 'x'),
      },
      { requiredKeys: [] },
    );
    const right = Buffer.from(JSON.stringify({ campaign: CAMPAIGN, ...SPACE }));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((all) => Buffer.from(all)),
      fc.constantFrom(
        right,
        gzipSync(right),
        brotliCompressSync(right),
        gzipSync(KNOWLEDGE),
        Buffer.alloc(0),
      ),
      fc
        .constantFrom(
          '{"__proto__":{"x":1}}',
          '{"constructor":{"prototype":{}}}',
          '[]',
          '"',
          '\ufeff{}',
          'nul',
        )
        .map((each) => Buffer.from(each)),
    );
    const calls = fc.record({ route: fc.constantFrom(...routes), headers, payload: bytes });
    await fc.assert(
      fc.asyncProperty(calls, async ({ route, headers: lies, payload }) => {
        const { method, path } = nameOf(route);
        const url = path.replaceAll(/\{\w+\}/g, 'x');
        expect(wrongWith(await ask({ method, url, headers: lies, payload }))).toBeNull();
      }),
      { numRuns: fuzzRuns(200) },
    );
  });

  it('answers paths and queries of any text', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '%00',
        '%ff',
        '%',
        '..',
        '%2e%2e%2f',
        'latest',
        'x'.repeat(300),
        '0'.repeat(64),
        '__proto__',
      ),
      text.map((each) => encodeURIComponent(each.replaceAll(/\p{Cs}/gu, '?'))),
    );
    const keys = fc.constantFrom('snapshot', 'urls', 'campaign', 'lane', 'outcome', 'stackId', 'limit', 'x');
    const calls = fc.record({
      route: fc.constantFrom(...routes),
      parts: fc.array(part, { minLength: 2, maxLength: 2 }),
      query: fc.array(fc.tuple(keys, part), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(calls, async ({ route, parts, query }) => {
        const { method, path } = nameOf(route);
        let at = 0;
        const url = path.replaceAll(/\{\w+\}/g, () => parts[at++ % 2] ?? '');
        const asked = query.map(([key, said]) => `${key}=${said}`).join('&');
        const payload = method === 'POST' ? { payload: {} } : {};
        expect(wrongWith(await ask({ method, url: `${url}?${asked}`, ...payload }))).toBeNull();
      }),
      { numRuns: fuzzRuns(250) },
    );
  });

  it.each([
    ['lists', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['objects', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
  ])('refuses a value that is %s in one another twenty thousand deep', async (_what, deep) => {
    for (const [route, body] of Object.entries(BODIES)) {
      for (const key of [...Object.keys(body), ...MORE_KEYS]) {
        const whole = JSON.stringify({ ...body, [key]: 'DEEP' }).replace('"DEEP"', deep);
        const headers = { 'content-type': 'application/json' };
        const answer = await ask({ method: 'POST', url: nameOf(route).path, headers, payload: whole });
        expect(answer.status, `${route} ${key}`).toBeGreaterThanOrEqual(400);
        expect(wrongWith(answer), `${route} ${key}`).toBeNull();
      }
    }
  });

  it('refuses what no column of PostgreSQL holds, in a body, a path and a query', async () => {
    for (const lab of ['a\0b', 'a\ud800b']) {
      const answer = await ask({ method: 'POST', url: '/api/v1/tokens', payload: { lab } });
      expect(answer.body).toMatchObject({ code: 'TROOP-1002', facts: { what: 'the body' } });
    }
    for (const [url, what] of [
      ['/api/v1/campaigns/a%00b', 'the path'],
      ['/api/v1/inspections?campaign=a%00b', 'the query'],
    ] as const) {
      expect((await ask({ method: 'GET', url })).body).toMatchObject({ code: 'TROOP-1002', facts: { what } });
    }
  });

  it.each(['1e999', '"1e999"', '-1e999'])('refuses the number %s', async (number) => {
    const headers = { 'content-type': 'application/json' };
    const payload = `{"lifeSeconds":${number}}`;
    const answer = await ask({ method: 'POST', url: '/api/v1/tokens', headers, payload });
    expect(answer.body).toMatchObject({ code: 'TROOP-1002', facts: { what: 'the body' } });
  });

  it('refuses a body larger than it takes', async () => {
    const payload = `{"x":"${'a'.repeat(17 * 1024 * 1024)}"}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await ask({ method: 'POST', url: '/api/v1/campaigns', headers, payload });
    expect(wrongWith(answer)).toBeNull();
    expect(answer.status).toBe(422);
  });
});
