// A machine that only the network joins to the coordinator's: it joins as the README says, and does the work.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  agentOnline,
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { openNamespace, type NetworkNamespace } from '../support/e2e-namespace.ts';
import { folderIndexOf, installableWheel } from '../support/e2e-wheels.ts';
import { argvOf, environmentOf } from '../support/programs.ts';
import { runCommand } from '../../shared/runtime/run-command.ts';

let namespace: NetworkNamespace | null = null;
let obstacle = '';
let fleet: Fleet | null = null;
let agent: ChildProcess | null = null;

beforeAll(async () => {
  const opened = await openNamespace();
  if (typeof opened === 'string') {
    obstacle = opened;
    return;
  }
  namespace = opened;
  fleet = await startFleet({ flags: ['--host', namespace.address] });
});
afterAll(async () => {
  if (agent !== null && agent.exitCode === null && agent.signalCode === null) {
    const gone = once(agent, 'exit');
    agent.kill('SIGTERM');
    await gone;
  }
  await fleet?.stop();
  await namespace?.remove();
});

test("a machine in another network joins by the README's line and decides a campaign", async (context) => {
  if (fleet === null || namespace === null) return context.skip(obstacle);
  const { home, url } = fleet;
  expect(url()).toContain(namespace.address);
  const environment = environmentOf({
    TROOP_AGENT_STATE: join(home, 'second'),
    TROOP_AGENT_HOST_LOCK: join(home, 'second.lock'),
  });
  const there = (...argv: readonly string[]): readonly string[] => [
    ...(namespace?.prefix ?? []),
    ...argvOf('troop-agent', argv),
  ];

  const created = await fleet.troop('token', 'create');
  expect(created.status).toBe(0);
  const token = await fleet.write('token', created.stdout);
  const [ip = '', ...join1] = there('join', url(), '--token-file', token);
  const joined = await runCommand(ip, join1, { timeoutMs: 60_000, environment });
  expect(joined).toMatchObject({ exitCode: 0, failure: null });

  await mkdir(join(home, 'logs'), { recursive: true });
  const log = await open(join(home, 'logs', 'second.log'), 'a');
  agent = spawn(ip, there('run').slice(1), { stdio: ['ignore', log.fd, log.fd], env: environment });
  await log.close();
  const second = await agentOnline(fleet, hostname());

  // The other one takes no more, so that whatever is decided is this one's work.
  const machine = await localMachine(fleet);
  expect((await fleet.troop('agent', 'drain', 'local-1')).status).toBe(0);
  // A name that no registry has: a sync asks the indexes of the machine too, and would follow whatever they hold.
  const wheels = ['1.0', '1.1', '1.2'].map((version) =>
    installableWheel({ name: 'troopafar', version, module: '' }),
  );
  const index = await folderIndexOf(join(home, 'folder'), 'troopafar', wheels);
  const target = ['--python', machine.python, '--platform', machine.platform];
  await fleet.ask('knowledge', 'sync', 'troopafar', '--index', `own=${index}`, ...target);
  await createCampaign(fleet, machine, {
    name: 'troopafar',
    requirements: ['troopafar'],
    indexes: [{ name: 'own' }],
    sampling: { strategy: 'lowest', count: 2, seed: 1 },
    benchmarks: [{ indicator: 'hello' }],
  });
  const report = await watchToEnd(fleet, 'troopafar');
  const candidates = (await inspectionsOf(fleet, 'troopafar')).filter(({ role }) => role === 'candidate');

  expect(candidates.map(({ outcome, agent_name: by }) => [outcome, by])).toEqual([
    ['succeeded', second.name],
    ['succeeded', second.name],
  ]);
  expect(report.machines.map(({ name }) => name)).toEqual([second.name]);
});
