import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAgents, publicKeyOf, setAdminState, showAgent } from '../../../coordinator/fleet/agents.ts';
import { enrolAgent, type Enrolment, type EnrolmentRequest } from '../../../coordinator/fleet/enrol-agent.ts';
import {
  createEnrolmentToken,
  hashOf,
  listEnrolmentTokens,
  revokeEnrolmentToken,
  useEnrolmentToken,
  type NewToken,
} from '../../../coordinator/fleet/tokens.ts';
import { findAgentByCredential } from '../../../coordinator/fleet/agents.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { keyTexts } from '../../support/fleet-wire.ts';

const ids = uuidIds(systemClock);
let database: MigratedDatabase;

beforeAll(async () => {
  database = await createMigratedDatabase({ maximumConnections: 8 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('truncate agents, enrolment_tokens cascade');
});

const publicKeyOfKind = (kind: 'x25519'): string =>
  generateKeyPairSync(kind).publicKey.export({ type: 'spki', format: 'pem' }).toString();

const newToken = (changes: Partial<NewToken> = {}) =>
  createEnrolmentToken(database.pool, ids, {
    lab: 'lab-1',
    uses: 1,
    lifeSeconds: 3600,
    autoApprove: true,
    ...changes,
  });

const enrol = (token: string, changes: Partial<EnrolmentRequest> = {}): Promise<Enrolment> =>
  enrolAgent(database.pool, ids, {
    token,
    publicKey: keyTexts().publicKey,
    name: 'machine',
    remoteAddress: '192.0.2.7',
    ...changes,
  });

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'done';
  } catch (error) {
    if (error instanceof TroopError) return error.code;
    throw error;
  }
}

describe('an enrolment token', () => {
  it('is kept as a hash alone, and listed without its secret', async () => {
    const created = await newToken({ uses: 3 });
    expect(created.token).toMatch(/^troop_join_[\w-]{43}$/);
    expect(Date.parse(created.expires_at)).toBeGreaterThan(Date.now() + 3_500_000);
    const stored = await database.pool.query<Record<string, unknown>>('select * from enrolment_tokens');
    expect(JSON.stringify(stored.rows)).not.toContain(created.token);
    expect(stored.rows[0]?.['token_hash']).toEqual(hashOf(created.token));
    const listed = await listEnrolmentTokens(database.pool);
    expect(listed).toEqual([
      {
        id: created.id,
        lab: 'lab-1',
        uses: 3,
        uses_left: 3,
        auto_approve: true,
        expires_at: created.expires_at,
      },
    ]);
  });

  it('serves as many machines as it says, however many ask at once', async () => {
    const { token } = await newToken({ uses: 3 });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(useEnrolmentToken(database.pool, token))),
    );
    expect(answers.toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 'TROOP-1205'),
      ...Array.from({ length: 3 }, () => 'done'),
    ]);
    expect(await listEnrolmentTokens(database.pool)).toEqual([]);
  });

  it('is of no use when it is unknown, expired or revoked', async () => {
    expect(await codeOf(useEnrolmentToken(database.pool, 'troop_join_nobody'))).toBe('TROOP-1205');
    const expired = await newToken({ lifeSeconds: -1 });
    expect(await codeOf(useEnrolmentToken(database.pool, expired.token))).toBe('TROOP-1205');
    const revoked = await newToken();
    await revokeEnrolmentToken(database.pool, revoked.id);
    expect(await codeOf(useEnrolmentToken(database.pool, revoked.token))).toBe('TROOP-1205');
    expect(await codeOf(revokeEnrolmentToken(database.pool, revoked.id))).toBe('TROOP-1005');
    expect(await listEnrolmentTokens(database.pool)).toEqual([]);
  });
});

describe('a machine that joins', () => {
  it('gets an id, a name and a credential that is kept as a hash', async () => {
    const { token } = await newToken();
    const { publicKey } = keyTexts();
    const enrolment = await enrol(token, { publicKey });
    expect(enrolment).toMatchObject({ name: 'machine', state: 'active' });
    expect(enrolment.credential).toMatch(/^troop_agent_[\w-]{43}$/);
    expect(await findAgentByCredential(database.pool, hashOf(enrolment.credential))).toBe(enrolment.agentId);
    expect(await publicKeyOf(database.pool, enrolment.agentId)).toBe(publicKey);
    expect(await showAgent(database.pool, 'machine')).toMatchObject({
      id: enrolment.agentId,
      lab: 'lab-1',
      online: false,
      hardware_epoch: 0,
      fingerprint: null,
      lanes: [],
    });
  });

  it('waits for a person where the token says so', async () => {
    const { token } = await newToken({ autoApprove: false });
    const { agentId, state } = await enrol(token);
    expect(state).toBe('pending');
    await setAdminState(database.pool, agentId, 'active', 'looks fine');
    expect(await showAgent(database.pool, agentId)).toMatchObject({
      admin_state: 'active',
      admin_reason: 'looks fine',
    });
  });

  it('stays the same machine when it joins again with its key; its old credential is worth nothing', async () => {
    const { token } = await newToken({ uses: 2 });
    const { publicKey } = keyTexts();
    const first = await enrol(token, { publicKey });
    // The same key, written down by another tool.
    const again = `# a comment\n${publicKey.replaceAll('\n', '\r\n')}\n`;
    const second = await enrol(token, { publicKey: again, name: 'renamed' });
    expect(second).toMatchObject({ agentId: first.agentId, name: 'machine' });
    expect(await findAgentByCredential(database.pool, hashOf(first.credential))).toBeNull();
    expect(await findAgentByCredential(database.pool, hashOf(second.credential))).toBe(first.agentId);
    expect(await listAgents(database.pool)).toHaveLength(1);
  });

  it.each([
    ['quarantined', 'quarantined'],
    ['draining', 'draining'],
    ['retired', 'active'],
    ['pending', 'active'],
  ] as const)('that was %s is %s when it joins again', async (before, after) => {
    const { token } = await newToken({ uses: 2 });
    const { publicKey } = keyTexts();
    const { agentId } = await enrol(token, { publicKey });
    await setAdminState(database.pool, agentId, before, null);
    expect((await enrol(token, { publicKey })).state).toBe(after);
  });

  it('gets a number behind its name when another has that name', async () => {
    const { token } = await newToken({ uses: 9 });
    const names: string[] = [];
    for (const name of ['machine', 'machine', 'machine', 'm_chine', 'm_chine', 'machine-2']) {
      names.push((await enrol(token, { name })).name);
    }
    expect(names).toEqual(['machine', 'machine-2', 'machine-3', 'm_chine', 'm_chine-2', 'machine-2-2']);
  });

  it('gets a name of its own when many of one name join in the same moment with different tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, () => newToken()));
    const enrolments = await Promise.all(tokens.map(({ token }) => enrol(token)));
    expect(enrolments.map(({ name }) => name).toSorted()).toEqual([
      'machine',
      'machine-2',
      'machine-3',
      'machine-4',
    ]);
  });

  it.each([
    ['no key', 'rubbish'],
    ['a private key', keyTexts().privateKey],
    ['a key of another kind', publicKeyOfKind('x25519')],
  ])('with %s is refused before its token is used', async (_what, publicKey) => {
    const { token } = await newToken();
    expect(await codeOf(enrol(token, { publicKey }))).toBe('TROOP-1206');
    expect(await codeOf(enrol(token))).toBe('done');
  });

  it('is refused with a token that is not valid, and leaves nothing', async () => {
    expect(await codeOf(enrol('troop_join_nobody'))).toBe('TROOP-1205');
    expect(await listAgents(database.pool)).toEqual([]);
  });
});

describe('a retired machine', () => {
  it('is not listed, not believed, and cannot be decided about', async () => {
    const { token } = await newToken();
    const { agentId, credential } = await enrol(token);
    await setAdminState(database.pool, 'machine', 'retired', null);
    expect(await listAgents(database.pool)).toEqual([]);
    expect(await findAgentByCredential(database.pool, hashOf(credential))).toBeNull();
    expect(await publicKeyOf(database.pool, agentId)).toBeNull();
    expect(await codeOf(showAgent(database.pool, agentId))).toBe('TROOP-1005');
    expect(await codeOf(setAdminState(database.pool, agentId, 'active', null))).toBe('TROOP-1005');
  });
});
