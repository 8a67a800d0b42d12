// Any process may be killed at any moment: the campaign ends all the same, with every inspection decided once.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStatus } from '../../agent/status-file.ts';
import { stateLayout } from '../../agent/state-layout.ts';
import { identifyProcess, isStillRunning } from '../../shared/runtime/process-identity.ts';
import {
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
  type LocalMachine,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { killNow, processesOf } from '../support/e2e-processes.ts';
import { folderIndexOf, installableWheel } from '../support/e2e-wheels.ts';
import { until } from '../support/until.ts';

const NAME = 'survives';
const STACKS = 9;
const BLOCKS = 6;
const VERSIONS = Array.from({ length: STACKS + 2 }, (_, minor) => `1.${minor}`);

let fleet: Fleet;
let machine: LocalMachine;

beforeAll(async () => {
  fleet = await startFleet({ environment: { TROOP_LEASE_MS: '10000', TROOP_RETRY_BASE_MS: '50' } });
  machine = await localMachine(fleet);
  const wheels = VERSIONS.map((version) => installableWheel({ name: 'steady', version, module: '' }));
  const url = await folderIndexOf(join(fleet.home, 'folder'), 'steady', wheels);
  const { python, platform } = machine;
  const target = ['--python', python, '--platform', platform];
  await fleet.ask('knowledge', 'sync', 'steady', '--index', `own=${url}`, ...target);
});
afterAll(() => fleet.stop());

const agentState = (): string => join(fleet.data, 'agents', 'local-1');

/** In the middle of a trial: some of its blocks are stored, others are still to come. Gives its job and epoch. */
const middleOfTrial = (except: readonly string[]): Promise<string> =>
  until(
    async () => {
      const [row] = await fleet.rows<{ hold: string }>(
        `select j.id || '.' || j.epoch as hold
         from jobs j join trial_messages m on m.job_id = j.id and m.epoch = j.epoch and m.kind = 'block'
         where j.state = 'claimed' group by j.id, j.epoch having count(*) between 1 and $1`,
        [BLOCKS - 3],
      );
      return row !== undefined && !except.includes(row.hold) ? row.hold : null;
    },
    { withinMs: 120_000, everyMs: 20 },
  );

const agentPid = async (): Promise<number> => (await readStatus(stateLayout(agentState()).status))?.pid ?? 0;
const natsPid = async (): Promise<number> =>
  Number(await readFile(join(fleet.data, 'nats', 'nats.pid'), 'utf8'));

/** Kills these and the agent at one blow; resolves when nothing of what the agent was running is left. */
async function killAgentAnd(...others: readonly number[]): Promise<void> {
  const pid = await agentPid();
  const own = await processesOf(agentState());
  expect(own.map((one) => one.pid)).toContain(pid);
  const identities = (await Promise.all(own.map((one) => identifyProcess(one.pid)))).filter(
    (one) => one !== null,
  );
  expect([pid, ...others].map(killNow)).not.toContain(false);
  await until(async () => !(await Promise.all(identities.map(isStillRunning))).includes(true));
}

test('agent, broker and coordinator are killed in the middle of a campaign, and it ends as if they were not', async () => {
  await createCampaign(fleet, machine, {
    name: NAME,
    requirements: ['steady'],
    indexes: [{ name: 'own' }],
    sampling: { strategy: 'lowest', count: STACKS, seed: 1 },
    benchmarks: [{ indicator: 'hello' }],
    trial: { stacks: 3, blocks: BLOCKS, pace: { valueMs: 5, values: 4, warmups: 1, launches: 1 } },
  });
  const held: string[] = [];

  held.push(await middleOfTrial(held));
  await killAgentAnd();

  held.push(await middleOfTrial(held));
  expect(killNow(await natsPid())).toBe(true);

  held.push(await middleOfTrial(held));
  await killAgentAnd(fleet.pid(), await natsPid());
  await fleet.restart();

  const report = await watchToEnd(fleet, NAME);
  expect(report.campaign.state).toBe('finished');
  expect(report.counts).toMatchObject({ measured: STACKS, broken: 0, spoiled: 0 });
  expect(new Set(held).size).toBe(3);
});

test('every inspection is decided once, by one hold of one job', async () => {
  const candidates = (await inspectionsOf(fleet, NAME)).filter(({ role }) => role === 'candidate');
  expect(candidates).toHaveLength(STACKS);
  expect(new Set(candidates.map(({ stack_id: stack }) => stack)).size).toBe(STACKS);
  expect(candidates.map(({ outcome }) => outcome)).toEqual(candidates.map(() => 'succeeded'));

  const decisions = await fleet.rows<{ inspection: string; holds: number; same: boolean }>(
    `select i.id as inspection, count(distinct (c.job_id, c.epoch))::int as holds,
       bool_and(c.job_id = i.decided_by_job_id and c.epoch = i.decided_epoch) as same
     from inspections i join comparisons c on c.inspection_id = i.id where i.role = 'candidate' group by i.id`,
  );
  expect(decisions).toHaveLength(STACKS);
  expect(decisions.every(({ holds, same }) => holds === 1 && same)).toBe(true);

  const open = await fleet.rows(`select id from jobs where state in ('queued', 'claimed')`);
  expect(open).toEqual([]);
  const undecided = await fleet.rows(`select id from inspections where outcome is null`);
  expect(undecided).toEqual([]);
  const completed = await fleet.rows<{ ends: number }>(
    `select count(*)::int as ends from trial_messages
     where kind = 'end' and body ->> 'ending' = 'completed' group by job_id`,
  );
  expect(completed.every(({ ends }) => ends === 1)).toBe(true);
});

test('what was said too late is kept as evidence alone, and nothing was unreadable', async () => {
  const counted = await fleet.rows(
    `select s.id from stale_messages s join trial_messages m on m.id = s.id and m.agent_id = s.agent_id`,
  );
  expect(counted).toEqual([]);
  expect(await fleet.rows(`select reason from dead_letters`)).toEqual([]);
});

test('the spool is empty', async () => {
  const { spool } = stateLayout(agentState());
  await until(async () => (await readdir(spool)).length === 0);
  expect(await readdir(spool)).toEqual([]);
});
