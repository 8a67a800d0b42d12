// What Troop costs while there is nothing to do: one real agent as `troop up` starts it, the coordinator beside it, and the
// coordinator with two hundred more idle agents, which live together in one other process. Linux alone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileChild, type CompiledChild } from '../support/compile-child.ts';
import { agentOnline } from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { processesOf } from '../support/e2e-processes.ts';
import { setup as buildPrograms } from '../support/build-programs.ts';
import { environmentOf } from '../support/programs.ts';
import { rounded, tellFigure } from './figures.ts';
import { watchUse, type ProcessUse } from './idle/process-use.ts';
import type { Goal } from './verdict.ts';

const SECONDS = Number(process.env['TROOP_BENCH_IDLE_SECONDS'] ?? 60);
const AGENTS = Number(process.env['TROOP_BENCH_AGENTS'] ?? 200);
/** What starting leaves to do: caches are swept, the first beats are answered, memory is given back. */
const SETTLE_MS = 30_000;

let fleet: Fleet;
let program: CompiledChild;
beforeAll(async () => {
  await buildPrograms();
  program = await compileChild(fileURLToPath(new URL('idle/many-agents.ts', import.meta.url)));
  fleet = await startFleet({ environment: { TROOP_AGENT_METRICS_PORT: '0' } });
}, 600_000);
afterAll(async () => {
  await fleet.stop();
  await program.remove();
}, 120_000);

const shown = ({ residentMB, cpuPercent }: ProcessUse) => ({
  residentMB: rounded(residentMB),
  cpuPercent: rounded(cpuPercent),
});

function tellMemory(whose: string, use: ProcessUse, goal: Goal, bare: ProcessUse): void {
  const reference = { name: 'an idle Node', value: bare.residentMB };
  tellFigure({
    bench: 'idle',
    figure: `resident memory of ${whose}`,
    ours: use.residentMB,
    unit: 'MB',
    reference,
    goal,
  });
}

function tellProcessor(
  whose: string,
  use: ProcessUse,
  goal: Goal,
  context: Readonly<Record<string, unknown>>,
): void {
  const figure = `processor time of ${whose}`;
  tellFigure({ bench: 'idle', figure, ours: use.cpuPercent, unit: '% of a core', goal }, context);
}

/** A queue that every machine may serve and in which nothing waits, so that all of them look into it. */
async function openEmptyQueue(): Promise<void> {
  await fleet.rows(
    `insert into queues (lane, target, priority, needed_at) values ('any', 'linux_x86_64-cp311', 1, now() + interval '1 day')
     on conflict (lane, target, priority) do update set needed_at = excluded.needed_at`,
  );
  await fleet.rows(
    `insert into agent_targets (agent_id, target, eligible, fingerprint_hash)
     select id, 'linux_x86_64-cp311', true, fingerprint_hash from agents where fingerprint_hash is not null
     on conflict do nothing`,
  );
}

async function startManyAgents(): Promise<ChildProcess> {
  const { token } = await fleet.ask<{ token: string }>('token', 'create', '--uses', String(AGENTS));
  const scratch = join(fleet.home, 'idle');
  await mkdir(scratch);
  const tokenFile = await fleet.write('token', token);
  const child = spawn(process.execPath, [program.path, fleet.url(), tokenFile, scratch, String(AGENTS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environmentOf(),
  });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the idle agents ended'))),
  ]);
  return child;
}

/** What an idle Node costs on this machine, before any of it is ours. */
async function bareNode(): Promise<ProcessUse> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 15_000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  await sleep(1000);
  const [use] = await watchUse([child.pid as number], 5);
  child.kill();
  await once(child, 'exit');
  return use as ProcessUse;
}

/** Seconds by the name of the series. */
async function eventLoopLag(): Promise<Readonly<Record<string, number>>> {
  const token = (await readFile(join(fleet.data, 'secrets', 'operator-token'), 'utf8')).trim();
  const answer = await fetch(`${fleet.url()}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await answer.text()).matchAll(/^nodejs_eventloop_lag_(max|p99|mean)_seconds ([\d.e-]+)$/gm);
  return Object.fromEntries(
    [...lines].map(([, name, seconds]) => [`${name}Ms`, rounded(1000 * Number(seconds))]),
  );
}

it('an idle agent, and the coordinator with many', async () => {
  await agentOnline(fleet, 'local-1');
  await openEmptyQueue();
  const agent = (await processesOf(fleet.home)).find(({ commandLine }) =>
    commandLine.includes('troop-agent.js'),
  );
  if (agent === undefined) throw new Error('the local agent does not run');
  const bare = await bareNode();
  await sleep(SETTLE_MS);
  await eventLoopLag();
  const [agentUse, alone] = await watchUse([agent.pid, fleet.pid()], SECONDS);
  if (agentUse === undefined || alone === undefined) throw new Error('nothing was watched');
  tellMemory('an idle agent', agentUse, { atMost: 90 }, bare);
  tellProcessor('an idle agent', agentUse, { atMost: 0.3 }, { seconds: SECONDS });
  const lagAlone = await eventLoopLag();
  const many = await startManyAgents();
  await openEmptyQueue();
  await sleep(SETTLE_MS);
  await eventLoopLag();
  const [busy, simulated] = await watchUse([fleet.pid(), many.pid as number], SECONDS);
  if (busy === undefined || simulated === undefined) throw new Error('nothing was watched');
  many.stdin?.write('how many\n');
  const [polls] = (await once(many.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const online = await fleet.rows<{ count: number }>(
    `select count(*)::int as count from agent_presence where online`,
  );
  const coordinator = `the coordinator with ${AGENTS + 1} idle agents`;
  tellMemory(coordinator, busy, { atMost: 250 }, bare);
  tellProcessor(
    coordinator,
    busy,
    { atMost: 10 },
    {
      seconds: SECONDS,
      eventLoopLag: await eventLoopLag(),
      withOneAgent: { ...shown(alone), eventLoopLag: lagAlone },
      simulatedAgents: { ...shown(simulated), polls: Number(polls.toString()) },
    },
  );
  many.stdin?.end();
  await once(many, 'exit');
  expect(online[0]?.count).toBe(AGENTS + 1);
});
