import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InjectOptions } from 'fastify';
import { joinFleet } from '../../../agent/enrolment/join-fleet.ts';
import { startServer } from '../../../coordinator/api/server.ts';
import type { CreatedToken } from '../../../coordinator/fleet/tokens.ts';
import { catalogue, isErrorCode } from '../../../shared/errors/catalogue.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { silentLogger } from '../../../shared/runtime/logger.ts';
import { keyTexts } from '../../support/fleet-wire.ts';
import { openApi, OPERATOR_TOKEN, type ApiUnderTest } from './server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
}

const FILE = `/api/v1/files/${'0'.repeat(64)}`;
const SCRIPT = `/api/v1/scripts/${'0'.repeat(64)}`;

let api: ApiUnderTest;
let document: {
  paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
};
let agentToken: string;

beforeAll(async () => {
  api = await openApi();
  document = (await ask('GET', '/api/v1/openapi.json')).body as unknown as typeof document;
  agentToken = String((await enrol({ name: 'agent-of-the-tests' })).body['credential']);
});
afterAll(() => api.close());

async function ask(
  method: Operation['method'],
  url: string,
  options: { token?: string | null; payload?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { token = OPERATOR_TOKEN, payload, headers = {} } = options;
  const request: InjectOptions = {
    method,
    url,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  };
  const answer = await api.app.inject(request);
  const type = String(answer.headers['content-type'] ?? '');
  return {
    status: answer.statusCode,
    type,
    body: type.includes('json') ? answer.json<Record<string, unknown>>() : { text: answer.body },
  };
}

async function enrol(changes: Record<string, unknown> = {}): Promise<Answer> {
  const created = await ask('POST', '/api/v1/tokens', { payload: {} });
  const { token } = created.body as unknown as CreatedToken;
  const payload = { token, publicKey: keyTexts().publicKey, name: 'machine', ...changes };
  return await ask('POST', '/api/v1/agents/enrol', { token: null, payload });
}

const operations = (): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase() as Operation['method'],
      path: path
        .replace('{sha256}', '0'.repeat(64))
        .replace('{id}', '00000000-0000-7000-8000-000000000000')
        .replaceAll(/\{[a-z]+\}/g, 'nobody'),
    })),
  );

/** The code of an answer that is a whole problem (RFC 9457) as the catalogue has it, else what it is instead. */
function problemOf({ status, type, body }: Answer): string {
  const code = String(body['code']);
  if (!isErrorCode(code)) return `${status} ${JSON.stringify(body)}`;
  expect(type).toContain('application/problem+json');
  expect(body).toMatchObject({ type: `urn:troop:error:${code}`, status, title: catalogue[code].message });
  expect(status).toBe(catalogue[code].httpStatus);
  expect(body['hint']).toBe(new TroopError(code, body['facts'] as Record<string, string>).hint);
  expect(body['instance']).toMatch(/^req-/);
  return code;
}

describe('every route', () => {
  const ANYBODY = ['GET /livez', 'GET /readyz', 'POST /api/v1/agents/enrol'];
  const AGENTS = [`GET ${FILE}`, `GET ${SCRIPT}`];
  const name = ({ method, path }: Operation): string => `${method} ${path}`;

  it('is in the document', () => {
    expect(operations().length).toBeGreaterThan(25);
    for (const one of [...ANYBODY, ...AGENTS]) expect(operations().map(name)).toContain(one);
  });

  it('wants a token, but for the health checks and for joining', async () => {
    const open: string[] = [];
    for (const operation of [...operations(), { method: 'GET', path: '/api/v1/openapi.json' } as const]) {
      const answer = await ask(operation.method, operation.path, { token: null });
      if (problemOf(answer) !== 'TROOP-1004') open.push(name(operation));
    }
    expect(open.toSorted()).toEqual(ANYBODY.toSorted());
  });

  it('refuses a token that nobody has', async () => {
    for (const token of ['wrong', '', 'a b', OPERATOR_TOKEN.slice(0, -1), 'x'.repeat(5000)]) {
      expect(problemOf(await ask('GET', '/api/v1/agents', { token }))).toBe('TROOP-1004');
    }
    const basic = { authorization: `Basic ${OPERATOR_TOKEN}` };
    expect(problemOf(await ask('GET', '/api/v1/agents', { token: null, headers: basic }))).toBe('TROOP-1004');
  });

  it('lets an agent fetch files and scripts, and nothing else', async () => {
    const open: string[] = [];
    for (const operation of operations()) {
      const answer = await ask(operation.method, operation.path, { token: agentToken });
      if (answer.status !== 401 && answer.status !== 403) open.push(name(operation));
    }
    expect(open.toSorted()).toEqual([...ANYBODY, ...AGENTS].toSorted());
  });

  it('answers the operator in JSON or as a problem, never with a stack trace', async () => {
    for (const operation of operations()) {
      const { status, type, body } = await ask(operation.method, operation.path);
      expect(JSON.stringify(body)).not.toContain('node_modules');
      if (status < 400) continue;
      expect({ operation, type }).toEqual({
        operation,
        type: expect.stringContaining('problem+json') as string,
      });
      expect(isErrorCode(String(body['code']))).toBe(true);
    }
  });
});

describe('problems', () => {
  it('tell which part of the input is wrong', async () => {
    const answer = await ask('POST', '/api/v1/tokens', { payload: { uses: 0 } });
    expect(problemOf(answer)).toBe('TROOP-1002');
    expect(answer.body['detail']).toContain('body/uses');
    expect(problemOf(await ask('DELETE', '/api/v1/tokens/7'))).toBe('TROOP-1002');
    expect(problemOf(await ask('GET', '/api/v1/inspections?limit=0'))).toBe('TROOP-1002');
    const strange = await ask('GET', '/api/v1/inspections?outcome=fine');
    expect(strange.body['detail']).toMatch(
      /querystring\/outcome.*it is none of succeeded, failed, .*pending/,
    );
  });

  it('tell of a body that is no JSON, of none, and of one in another form', async () => {
    const headers = { 'content-type': 'application/json' };
    expect(problemOf(await ask('POST', '/api/v1/tokens', { payload: '{', headers }))).toBe('TROOP-1002');
    expect(problemOf(await ask('POST', '/api/v1/campaigns'))).toBe('TROOP-1002');
    const xml = { 'content-type': 'application/xml' };
    expect(problemOf(await ask('POST', '/api/v1/tokens', { payload: '<a/>', headers: xml }))).toBe(
      'TROOP-1002',
    );
  });

  it('tell what is not known', async () => {
    expect(problemOf(await ask('GET', '/api/v1/agents/nobody'))).toBe('TROOP-1005');
    expect(problemOf(await ask('GET', '/api/v1/no-such-route'))).toBe('TROOP-1010');
    expect(problemOf(await ask('DELETE', '/api/v1/tokens/00000000-0000-7000-8000-000000000000'))).toBe(
      'TROOP-1005',
    );
  });

  it('keep to themselves what an unexpected error says', async () => {
    const answer = await ask('POST', '/api/v1/campaigns', { payload: { campaign: {} } });
    expect(problemOf(answer)).toBe('TROOP-1001');
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it('keep an unknown address from somebody without a token', async () => {
    expect(problemOf(await ask('GET', '/api/v1/no-such-route', { token: null }))).toBe('TROOP-1004');
  });
});

describe('the document', () => {
  it('is OpenAPI 3.1, and says of every operation what it answers and of every part of a path what it is', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Troop', version: '1.2.3' },
      security: [{ token: [] }],
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    });
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        expect(Object.keys((operation['responses'] ?? {}) as object)).not.toEqual([]);
        const parameters = (operation['parameters'] ?? []) as {
          in: string;
          name: string;
          required?: boolean;
        }[];
        const described = parameters.filter((one) => one.in === 'path').map((one) => one.name);
        const named = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
        expect({ path, described }).toEqual({ path, described: named });
      }
    }
  });

  it('says that joining wants no bearer token', () => {
    expect(document.paths['/api/v1/agents/enrol']?.['post']?.['security']).toEqual([]);
  });
});

describe('joining over HTTP', () => {
  it('gives the machine all that it needs, once', async () => {
    const { status, body } = await enrol({ name: 'lab-7' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'lab-7',
      state: 'active',
      coordinatorPublicKey: 'the public key',
      broker: { user: body['agentId'], password: 'broker-password' },
    });
    const used = { token: 'troop_join_used', publicKey: keyTexts().publicKey, name: 'x' };
    expect(problemOf(await ask('POST', '/api/v1/agents/enrol', { token: null, payload: used }))).toBe(
      'TROOP-1205',
    );
  });

  it.each(['', ' ', '-x', 'a/b', 'a\nb', 'x'.repeat(64), '../x'])('refuses %j as a name', async (name) => {
    expect(problemOf(await enrol({ name }))).toBe('TROOP-1002');
  });

  it('keeps no bearer token, broker password or key where operators look', async () => {
    const list = JSON.stringify((await ask('GET', '/api/v1/agents')).body);
    expect(list).toContain('agent-of-the-tests');
    expect(list).not.toMatch(/password|credential|PUBLIC KEY|hash"/);
  });

  it('follows what people decide about a machine', async () => {
    await enrol({ name: 'decided' });
    const state = async (order: string, payload: object = {}): Promise<unknown> => {
      await ask('POST', `/api/v1/agents/decided/${order}`, { payload });
      return (await ask('GET', '/api/v1/agents/decided')).body['admin_state'] ?? 'not known';
    };
    expect(await state('drain', { reason: 'maintenance' })).toBe('draining');
    expect((await ask('GET', '/api/v1/agents/decided')).body['admin_reason']).toBe('maintenance');
    expect(await state('undrain')).toBe('active');
    expect(await state('quarantine')).toBe('quarantined');
    expect(await state('approve')).toBe('active');
    expect(await state('remove')).toBe('not known');
  });
});

describe('health', () => {
  it('says whether it lives and whether it can work, to anybody', async () => {
    expect(await ask('GET', '/livez', { token: null })).toMatchObject({
      status: 200,
      body: { status: 'alive', version: '1.2.3' },
    });
    expect((await ask('GET', '/readyz', { token: null })).status).toBe(200);
    api.problems['broker'] = 'not connected';
    expect(await ask('GET', '/readyz', { token: null })).toMatchObject({
      status: 503,
      body: { status: 'not ready', problems: { broker: 'not connected' } },
    });
    delete api.problems['broker'];
  });

  it('shows its numbers to the operator', async () => {
    expect((await ask('GET', '/metrics')).body['text']).toBe('troop_agents 0\n');
  });
});

describe('the server', () => {
  const options = {
    host: '127.0.0.1',
    version: '1',
    logger: silentLogger,
    routes: [],
    authentication: { operatorToken: 'x', findAgentByTokenDigest: () => Promise.resolve(null) },
  };

  it('takes a free port, and says so when the one it wants is taken', async () => {
    const first = await startServer({ ...options, port: 0 });
    const second = startServer({ ...options, port: first.port });
    await expect(second).rejects.toMatchObject({ code: 'TROOP-1007', facts: { port: first.port } });
    await first.stop();
    const third = await startServer({ ...options, port: first.port });
    expect(third.port).toBe(first.port);
    await third.stop();
  });

  it('tells a machine that joins at an address where nobody listens, or somebody else does', async () => {
    const other = await startServer({ ...options, port: 0 });
    const state = await temporaryDirectory();
    const join = (url: string) =>
      joinFleet({
        url,
        tokenFile: '-',
        name: 'machine',
        credentialsPath: `${state.path}/credentials.json`,
        readStandardInput: () => Promise.resolve('token\n'),
      });
    await expect(join(`http://127.0.0.1:${other.port}`)).rejects.toMatchObject({ code: 'TROOP-1004' });
    await other.stop();
    await expect(join(`http://127.0.0.1:${other.port}`)).rejects.toMatchObject({ code: 'TROOP-1003' });
    await expect(join('ftp://127.0.0.1')).rejects.toMatchObject({ code: 'TROOP-1002' });
    await state.remove();
  });
});
