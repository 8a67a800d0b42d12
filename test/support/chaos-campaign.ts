// Small campaigns on a fleet that something is done to, the moments at which it is done, and what must hold afterwards.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stateLayout } from '../../agent/state-layout.ts';
import { readStatus } from '../../agent/status-file.ts';
import { createCampaign, localMachine, type LocalMachine } from './e2e-campaign.ts';
import type { Fleet } from './e2e-fleet.ts';
import { processesOf } from './e2e-processes.ts';
import { installableWheel } from './e2e-wheels.ts';
import { startFakeIndex, type FakeIndex } from './fake-index.ts';
import { until } from './until.ts';

export interface ChaosFleet {
  readonly fleet: Fleet;
  readonly machine: LocalMachine;
  readonly index: FakeIndex;
  /** State directory of its agent. */
  readonly agentState: string;
  agentPid(): Promise<number>;
  natsPid(): Promise<number>;
  /** The server, and everything that it has started. */
  postgresPids(): Promise<readonly number[]>;
  /** Makes projects with so many versions each, and all that the fleet knows; nobody has fetched anything of them yet. */
  know(projects: Readonly<Record<string, number>>): Promise<void>;
  /** A campaign over all versions of a project but the one that is its baseline. */
  campaign(name: string, options: { project: string; stacks: number; blocks?: number }): Promise<void>;
  close(): Promise<void>;
}

export const BLOCKS = 6;
const WAIT = { withinMs: 150_000, everyMs: 20 };

export async function openChaosFleet(fleet: Fleet): Promise<ChaosFleet> {
  const machine = await localMachine(fleet);
  const index = await startFakeIndex();
  const agentState = join(fleet.data, 'agents', 'local-1');
  await watchDecisions(fleet);
  return {
    fleet,
    machine,
    index,
    agentState,
    agentPid: async () => (await readStatus(stateLayout(agentState).status))?.pid ?? 0,
    natsPid: async () => Number(await readFile(join(fleet.data, 'nats', 'nats.pid'), 'utf8')),
    postgresPids: async () => (await processesOf(join(fleet.data, 'postgres'))).map(({ pid }) => pid),
    know: async (projects) => {
      for (const [name, versions] of Object.entries(projects)) {
        const wheels = Array.from({ length: versions }, (_, minor) =>
          installableWheel({ name, version: `1.${minor}`, module: '' }),
        );
        index.add(name, ...wheels);
      }
      const target = ['--python', machine.python, '--platform', machine.platform];
      await fleet.ask(
        'knowledge',
        'sync',
        ...Object.keys(projects),
        '--index',
        `own=${index.url}`,
        ...target,
      );
    },
    campaign: async (name, { project, stacks, blocks = BLOCKS }) => {
      await createCampaign(fleet, machine, {
        name,
        requirements: [project],
        indexes: [{ name: 'own' }],
        sampling: { strategy: 'lowest', count: stacks, seed: 1 },
        benchmarks: [{ indicator: 'hello' }],
        trial: { stacks: 2, blocks, pace: { valueMs: 5, values: 4, warmups: 1, launches: 1 } },
      });
    },
    close: () => index.close(),
  };
}

/** Every decision is noted by a trigger, so that one that overwrites another is seen. */
async function watchDecisions(fleet: Fleet): Promise<void> {
  await fleet.rows('create table chaos_decisions (inspection_id uuid not null, outcome text not null)');
  await fleet.rows(`
    create function note_decision() returns trigger language plpgsql as $$
      begin
        if new.outcome is distinct from old.outcome then
          insert into chaos_decisions values (new.id, coalesce(new.outcome, 'undone'));
        end if;
        return null;
      end $$`);
  await fleet.rows(`create trigger note_decision after update on inspections
    for each row execute function note_decision()`);
}

export interface HeldJob {
  readonly id: string;
  readonly epoch: number;
}

/** In the middle of a trial of this campaign: some of its blocks are stored, others are still to come. */
export const inABlock = ({ fleet }: ChaosFleet, campaign: string): Promise<HeldJob> =>
  until(async () => {
    const [row] = await fleet.rows<HeldJob>(
      `select j.id, j.epoch
       from jobs j join campaigns c on c.id = j.campaign_id and c.name = $1
       join trial_messages m on m.job_id = j.id and m.epoch = j.epoch and m.kind = 'block'
       where j.state = 'claimed' group by j.id, j.epoch having count(*) between 1 and $2`,
      [campaign, BLOCKS - 3],
    );
    return row;
  }, WAIT);

/** The lease has run out, whether or not somebody is there to take it back. */
export const leaseRunOut = async ({ fleet }: ChaosFleet, { id, epoch }: HeldJob): Promise<void> => {
  await until(async () => {
    const found = await fleet.rows(
      `select id from jobs where id = $1
         and (epoch > $2 or state <> 'claimed' or lease_ends_at <= clock_timestamp())`,
      [id, epoch],
    );
    return found.length > 0;
  }, WAIT);
};

/** Jobs are made and offered, and most are still waiting. */
export const whileFeeding = async ({ fleet }: ChaosFleet, campaign: string): Promise<void> => {
  await until(async () => {
    const [row] = await fleet.rows<{ offered: number; left: number }>(
      `select count(j.id) filter (where j.offer_sequence > 0)::int as offered, max(e.planned - e.sampled) as left
       from campaigns c join campaign_environments e on e.campaign_id = c.id
       left join jobs j on j.environment_id = e.id where c.name = $1`,
      [campaign],
    );
    return (row?.offered ?? 0) > 0;
  }, WAIT);
};

/** Something lies in the spool though it is committed: who said it does not know so. */
export const saidAndUnanswered = async ({ fleet, agentState }: ChaosFleet): Promise<void> => {
  await until(async () => {
    const names = await readdir(stateLayout(agentState).spool);
    const ids = names.map((name) => name.replace(/^\d+_/, '').replace(/\.message$/, ''));
    const committed = await fleet.rows('select id from trial_messages where id = any ($1)', [ids]);
    return committed.length > 0;
  }, WAIT);
};

/** Waits for the campaign's end, and asks of it what must hold whatever was done to the fleet. */
export async function expectAllWell(chaos: ChaosFleet, campaign: string, stacks: number): Promise<void> {
  const { fleet, agentState } = chaos;
  const state = async (): Promise<boolean> => {
    const [row] = await fleet.rows<{ state: string }>('select state from campaigns where name = $1', [
      campaign,
    ]);
    return row?.state === 'finished';
  };
  await until(state, { ...WAIT, everyMs: 100 });

  const decided = await fleet.rows<{ role: string; outcome: string | null; times: number }>(
    `select i.role, i.outcome, (select count(*)::int from chaos_decisions d where d.inspection_id = i.id) as times
     from inspections i join campaigns c on c.id = i.campaign_id where c.name = $1`,
    [campaign],
  );
  expect(decided.filter(({ role }) => role === 'candidate')).toHaveLength(stacks);
  expect(decided.filter(({ outcome, times }) => outcome !== 'succeeded' || times !== 1)).toEqual([]);

  const twoHolds = await fleet.rows(
    `select i.id from inspections i join comparisons k on k.inspection_id = i.id
     where k.job_id is distinct from i.decided_by_job_id or k.epoch is distinct from i.decided_epoch`,
  );
  expect(twoHolds).toEqual([]);
  const countedAndStale = await fleet.rows(
    `select s.id from stale_messages s join trial_messages m on m.id = s.id and m.agent_id = s.agent_id`,
  );
  expect(countedAndStale).toEqual([]);
  expect(await fleet.rows('select reason from dead_letters')).toEqual([]);
  expect(await fleet.rows(`select id from jobs where state in ('queued', 'claimed')`)).toEqual([]);
  await expectNothingLeft(agentState);
}

/** Spool, workspaces and scratch are empty, and no measured process is left. */
async function expectNothingLeft(agentState: string): Promise<void> {
  const { spool, trials } = stateLayout(agentState);
  const left = async (): Promise<readonly string[]> => {
    const files = await Promise.all([spool, trials].map((folder) => readdir(folder).catch(() => [])));
    const workers = (await processesOf(trials)).map(({ commandLine }) => commandLine);
    return [...files.flat(), ...workers];
  };
  await until(async () => (await left()).length === 0, WAIT).catch(() => {});
  expect(await left()).toEqual([]);
}
