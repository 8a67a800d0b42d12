import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queuesOfAgent } from '../../../coordinator/campaign/queues-of-agent.ts';
import { setAdminState, showAgent, type AdminState } from '../../../coordinator/fleet/agents.ts';
import { recordHeartbeat } from '../../../coordinator/fleet/record-heartbeat.ts';
import { emptyFingerprint, type Fingerprint } from '../../../shared/machine/fingerprint.ts';
import { hardwareDigest } from '../../../shared/machine/hardware.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { Heartbeat, HeartbeatReply } from '../../../shared/protocol/heartbeat-message.ts';
import { queueText } from '../../../shared/protocol/subjects.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migrated-database.ts';
import { until } from '../../support/until.ts';

const ids = uuidIds(systemClock);
const TARGET = 'linux_x86_64-cp311';
const AVX2_FLAGS = ['avx', 'avx2', 'sse2'];

const machine = (changes: Partial<Fingerprint['cpu']> = {}): Fingerprint => ({
  ...emptyFingerprint,
  cpu: { ...emptyFingerprint.cpu, architecture: 'x86_64', flags: AVX2_FLAGS, ...changes },
});

const beat = (fingerprint: Fingerprint, withIt = true, changes: Partial<Heartbeat> = {}): Heartbeat => ({
  state: 'idle',
  job: null,
  hardwareDigest: hardwareDigest(fingerprint),
  ...(withIt ? { fingerprint } : {}),
  freeDiskBytes: 1e9,
  loadAverage1m: 0.5,
  spooledMessages: 0,
  version: '0.1.0',
  clock: '2030-01-01T00:00:00.000Z',
  ...changes,
});

let database: MigratedDatabase;
let agentId: string;

beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('truncate agents, queues, lanes cascade');
  agentId = ids.next();
  await database.pool.query(
    `insert into agents (id, name, lab, public_key, admin_state) values ($1, 'machine', 'lab', $1::uuid::text, 'active')`,
    [agentId],
  );
});

const say = (message: Heartbeat): Promise<HeartbeatReply> =>
  recordHeartbeat(database.pool, systemClock, agentId, message);

/** Queues that campaigns need, and the machine's fitness for their targets as the feeder notes it. */
async function needQueues(...queues: readonly [lane: string, priority: 0 | 1][]): Promise<void> {
  for (const [lane, priority] of queues) {
    await database.pool.query('insert into queues (lane, target, priority) values ($1, $2, $3)', [
      lane,
      TARGET,
      priority,
    ]);
  }
  await noteTarget(true);
}

const noteTarget = (eligible: boolean): Promise<unknown> =>
  database.pool.query(
    `insert into agent_targets (agent_id, target, fingerprint_hash, eligible)
     select id, $2, fingerprint_hash, $3 from agents where id = $1
     on conflict (agent_id, target) do update
     set fingerprint_hash = excluded.fingerprint_hash, eligible = excluded.eligible`,
    [agentId, TARGET, eligible],
  );

describe('a heartbeat', () => {
  it('makes the machine known: online, its facts, and its lanes with the reasons against the others', async () => {
    const reply = await say(beat(machine()));
    expect(reply).toMatchObject({ queues: [], draining: false, wantsFingerprint: false });
    const view = await showAgent(database.pool, agentId);
    expect(view).toMatchObject({ online: true, version: '0.1.0', hardware_epoch: 1, working_on: null });
    expect(view.fingerprint).toEqual(machine());
    const eligible = view.lanes.filter((lane) => lane.eligible).map(({ lane }) => lane);
    expect(eligible).toEqual(['any', 'avx2']);
    for (const lane of view.lanes) expect(lane.reasons.length > 0).toBe(!lane.eligible);
  });

  it('asks for the fingerprint of hardware that is not known, and gives no work before', async () => {
    const first = await say(beat(machine(), false));
    expect(first).toMatchObject({ wantsFingerprint: true, queues: [] });
    await say(beat(machine()));
    await needQueues(['any', 1]);
    expect((await say(beat(machine(), false))).queues).toHaveLength(1);
    const changed = await say(beat(machine({ microcode: '0x2' }), false));
    expect(changed).toMatchObject({ wantsFingerprint: true, queues: [] });
  });

  it('takes no fingerprint for known whose lanes it could not write down', async () => {
    await database.pool.query(`insert into lanes (name, definition) values ('lab', '{"name": "lab"}')`);
    await expect(say(beat(machine()))).rejects.toMatchObject({ code: 'TROOP-1202' });
    await database.pool.query('truncate lanes');
    expect(await say(beat(machine(), false))).toMatchObject({ wantsFingerprint: true });
  });

  it('raises the hardware epoch when the hardware changes, and only then', async () => {
    const epochs: number[] = [];
    const history = [
      machine(),
      machine(),
      machine({ governor: 'powersave', turbo: true }),
      machine({ microcode: '0x2' }),
      machine({ microcode: '0x2' }),
      machine(),
    ];
    for (const fingerprint of history) {
      await say(beat(fingerprint));
      epochs.push((await showAgent(database.pool, agentId)).hardware_epoch);
    }
    expect(epochs).toEqual([1, 1, 1, 2, 2, 3]);
  });

  it('cannot talk itself into a lane: the facts decide, not what the machine says of their digest', async () => {
    await say(beat(machine()));
    const reply = await say({ ...beat(machine({ flags: [] })), hardwareDigest: hardwareDigest(machine()) });
    expect(reply.wantsFingerprint).toBe(true);
    const { lanes } = await showAgent(database.pool, agentId);
    expect(lanes.filter((lane) => lane.eligible).map(({ lane }) => lane)).toEqual(['any']);
  });

  it('follows the catalogue in force: lanes of operators come in, and go again', async () => {
    await database.pool.query(`insert into lanes (name, definition) values
      ('lab', '{"name": "lab", "requires": {"has": "avx2"}}'), ('avx2', '{"name": "avx2", "requires": {"has": "cuda"}}')`);
    await say(beat(machine()));
    const eligible = async (): Promise<string[]> =>
      (await showAgent(database.pool, agentId)).lanes.filter((lane) => lane.eligible).map(({ lane }) => lane);
    expect(await eligible()).toEqual(['any', 'lab']);
    await database.pool.query('delete from lanes');
    await say(beat(machine()));
    expect(await eligible()).toEqual(['any', 'avx2']);
  });

  it('gives the queues that the machine may serve: the most specific lane first, and what is urgent first in it', async () => {
    await say(beat(machine()));
    await needQueues(['any', 1], ['avx2', 1], ['any', 0], ['cuda', 0]);
    const { queues } = await say(beat(machine(), false));
    expect(queues.map(queueText)).toEqual([`avx2.${TARGET}.p1`, `any.${TARGET}.p0`, `any.${TARGET}.p1`]);
  });

  it('gives no queue of a target that the machine cannot build, or whose fitness is not known for its facts', async () => {
    await say(beat(machine()));
    await needQueues(['any', 1]);
    await noteTarget(false);
    expect((await say(beat(machine(), false))).queues).toEqual([]);
    await noteTarget(true);
    expect((await say(beat(machine(), false))).queues).toHaveLength(1);
    const another = machine({ modelName: 'another' });
    expect((await say(beat(another))).queues).toEqual([]);
  });

  it('gives no queue that no campaign has needed for ten minutes', async () => {
    await say(beat(machine()));
    await needQueues(['any', 1]);
    await database.pool.query(`update queues set needed_at = needed_at - interval '11 minutes'`);
    expect((await say(beat(machine(), false))).queues).toEqual([]);
  });

  it.each([
    ['pending', false],
    ['draining', true],
    ['paused', true],
    ['quarantined', true],
  ] as const)('of a %s machine brings no work; it drains: %s', async (state: AdminState, draining) => {
    await say(beat(machine()));
    await needQueues(['any', 1]);
    await setAdminState(database.pool, agentId, state, null);
    expect(await say(beat(machine(), false))).toMatchObject({ queues: [], draining });
    await setAdminState(database.pool, agentId, 'active', null);
    expect(await say(beat(machine(), false))).toMatchObject({ draining: false });
    expect((await say(beat(machine(), false))).queues).toHaveLength(1);
  });

  it('of a retired or unknown machine brings nothing but the order to stop', async () => {
    const before = await until(() => say(beat(machine())));
    expect(before.draining).toBe(false);
    await setAdminState(database.pool, agentId, 'retired', null);
    expect(await say(beat(machine()))).toMatchObject({ queues: [], draining: true, wantsFingerprint: false });
    agentId = ids.next();
    expect(await say(beat(machine()))).toMatchObject({ queues: [], draining: true, wantsFingerprint: false });
  });

  it('with a fingerprint of another form is refused, and what was known stays', async () => {
    await say(beat(machine()));
    const broken = { ...machine(), cpu: { ...machine().cpu, logicalCpus: -3 } };
    const error = await say(beat(broken)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TroopError);
    expect((error as TroopError).code).toBe('TROOP-1204');
    expect((await showAgent(database.pool, agentId)).fingerprint).toEqual(machine());
  });

  it('keeps texts that PostgreSQL cannot hold out of the way', async () => {
    await say(beat(machine({ modelName: 'A\u0000B' })));
    const { fingerprint } = await showAgent(database.pool, agentId);
    expect(fingerprint?.cpu.modelName).not.toContain('\u0000');
  });
});

describe('the queues of a machine', () => {
  it('are none for an unknown one', async () => {
    expect(await queuesOfAgent(database.pool, ids.next(), () => 0)).toEqual([]);
  });
});
