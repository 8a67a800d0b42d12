// How the programs behave towards scripts: statuses, JSON, errors that say what to do, health and metrics.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateLayout } from '../../agent/state-layout.ts';
import { readStatus } from '../../agent/status-file.ts';
import type { AgentView } from '../../coordinator/fleet/agents.ts';
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import { createCampaign, localMachine, type LocalMachine } from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { lintByPromtool, metricProblems } from '../support/e2e-prometheus.ts';
import { folderIndexOf, installableWheel } from '../support/e2e-wheels.ts';
import { callProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';

let fleet: Fleet;
let machine: LocalMachine;
const NOBODY = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  fleet = await startFleet();
  machine = await localMachine(fleet);
  const wheels = ['1.0', '1.1'].map((version) => installableWheel({ name: 'small', version, module: '' }));
  const url = await folderIndexOf(join(fleet.home, 'folder'), 'small', wheels);
  const target = ['--python', machine.python, '--platform', machine.platform];
  await fleet.ask('knowledge', 'sync', 'small', '--index', `own=${url}`, ...target);
  // Nobody takes work, so that campaigns stay as they are.
  await fleet.ask('agent', 'drain', 'local-1');
});
afterAll(() => fleet.stop());

const small = (name: string, seed: number): Parameters<typeof createCampaign>[2] => ({
  name,
  requirements: ['small'],
  indexes: [{ name: 'own' }],
  sampling: { strategy: 'lowest', count: 1, seed },
  benchmarks: [{ indicator: 'hello' }],
});

test.each([
  ['no such command', ['tidy'], 2],
  ['an option is missing', ['campaign', 'create'], 2],
  ['a number is no number', ['stack', 'sample', 'small', '-n', 'many'], 2],
  ['a file is not there', ['campaign', 'create', '-f', '/nowhere.yaml'], 2],
  ['no such campaign', ['campaign', 'show', 'nobody'], 5],
  ['no such campaign to list of', ['inspection', 'list', '--campaign', 'nobody'], 5],
  ['no such outcome', ['inspection', 'list', '--outcome', 'fine'], 2],
  ['a date is no date', ['knowledge', 'sync', 'small', '--exclude-newer', '2026-13-01'], 2],
  ['no such inspection', ['inspection', 'show', NOBODY], 5],
  ['no such agent', ['agent', 'show', 'nobody'], 5],
  ['no such project', ['knowledge', 'show', 'nobody'], 5],
  ['help', ['--help'], 0],
])('%s: `troop %j` ends with %i', async (_what, argv, status) => {
  const answer = await fleet.troop(...argv);
  expect(answer.status).toBe(status);
  expect(answer.stderr === '').toBe(status === 0);
  expect(answer.stdout === '').toBe(status !== 0);
});

test('a coordinator that does not answer is status 3, with a hint, and in JSON the same', async () => {
  const argv = ['campaign', 'list', '--url', 'http://127.0.0.1:1', '--data', fleet.data];
  const plain = await callProgram('troop', argv);
  expect(plain.status).toBe(3);
  expect(plain.stderr).toMatch(
    /^error\[TROOP-1003\]: the coordinator at http:\/\/127\.0\.0\.1:1 does not answer/,
  );
  expect(plain.stderr).toMatch(/\n {2}hint: start it with 'troop up'/);
  const json = await callProgram('troop', [...argv, '--json']);
  expect(json.status).toBe(3);
  const { error } = JSON.parse(json.stderr) as { error: SerialisedError };
  expect(error).toMatchObject({ code: 'TROOP-1003', facts: { url: 'http://127.0.0.1:1' } });
  const nobody = await callProgram('troop', ['campaign', 'list', '--data', join(fleet.home, 'empty')]);
  expect(nobody.status).toBe(3);
});

test('a wrong token is status 4', async () => {
  const wrong = await fleet.write('wrong-token', 'troop_operator_wrong\n');
  const answer = await fleet.troop('campaign', 'list', '--token-file', wrong);
  expect(answer.status).toBe(4);
  expect(answer.stderr).toMatch(/^error\[TROOP-1004\]: not authenticated/);
});

test('a campaign file that is wrong is status 2, names the place, and makes nothing', async () => {
  const file = await fleet.write('wrong.yaml', 'name: wrong\nrequirements: ["small"]\nbenchmarks: [{}]\n');
  const answer = await fleet.troop('campaign', 'create', '-f', file);
  expect(answer.status).toBe(2);
  expect(answer.stderr).toContain('benchmarks[0]');
  expect((await fleet.troop('campaign', 'show', 'wrong')).status).toBe(5);
});

test('the same campaign twice is one; another one of its name is status 6', async () => {
  const first = await createCampaign(fleet, machine, small('waits', 1));
  expect(await createCampaign(fleet, machine, small('waits', 1))).toBe(first);
  await expect(createCampaign(fleet, machine, small('waits', 2))).rejects.toThrow(/: 6: .*TROOP-1303/);
});

test('watching a campaign that goes on ends with 8; a cancelled one with 1; resuming that is status 6', async () => {
  await createCampaign(fleet, machine, small('stopped', 1));
  expect((await fleet.troop('campaign', 'watch', 'stopped', '--timeout', '0')).status).toBe(8);
  expect(await fleet.ask('campaign', 'pause', 'stopped')).toMatchObject({ state: 'paused' });
  expect(await fleet.ask('campaign', 'resume', 'stopped')).toMatchObject({ state: 'running' });
  expect(await fleet.ask('campaign', 'cancel', 'stopped')).toMatchObject({ state: 'cancelled' });
  expect((await fleet.troop('campaign', 'watch', 'stopped')).status).toBe(1);
  expect((await fleet.troop('campaign', 'resume', 'stopped')).status).toBe(6);
});

test('every list and every report has a JSON form of its own', async () => {
  await createCampaign(fleet, machine, small('listed', 1));
  for (const argv of [
    ['campaign', 'list'],
    ['agent', 'list'],
    ['token', 'list'],
    ['inspection', 'list'],
    ['knowledge', 'list'],
  ]) {
    expect(await fleet.ask(...argv)).toHaveProperty('items');
  }
  const agent = await fleet.ask<AgentView>('agent', 'show', 'local-1');
  expect(agent).toMatchObject({ name: 'local-1', admin_state: 'draining' });
  expect(await fleet.ask('campaign', 'report', 'listed')).toMatchObject({ campaign: { name: 'listed' } });
  const { items } = await until(async () => {
    const found = await fleet.ask<{ items: { id: string }[] }>('inspection', 'list', '--campaign', 'listed');
    return found.items.length > 0 ? found : null;
  });
  const why = await fleet.ask<{ reasons: string[] }>('inspection', 'why', items[0]?.id ?? '');
  expect(why.reasons.length).toBeGreaterThan(0);
});

test('stacks are sampled and checked, with status 1 for a stack that does not satisfy', async () => {
  const target = ['--python', machine.python, '--platform', machine.platform];
  const sampled = await fleet.troop('stack', 'sample', 'small', '-n', '1', '--strategy', 'lowest', ...target);
  expect(sampled.status).toBe(0);
  const stack = await fleet.write('stack.jsonl', sampled.stdout);
  expect((await fleet.troop('stack', 'check', 'small', '--stack', stack)).status).toBe(0);
  const refused = await fleet.troop('stack', 'check', 'small>1.0', '--stack', stack, '--json');
  expect(refused.status).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ satisfies: false, violations: [{ package: 'small' }] });
});

test("every question about stacks is answered from the coordinator's knowledge", async () => {
  const target = ['--python', machine.python, '--platform', machine.platform];
  const counted = await fleet.ask('stack', 'count', 'small', '--where', 'small==1.0', ...target);
  expect(counted).toMatchObject({ count: '2', exact: true, where: { count: '1', share: 0.5 } });
  const all = await fleet.troop('stack', 'sample', 'small', '-n', '2', ...target);
  const stacks = await fleet.write('stacks.jsonl', all.stdout);
  const coverage = await fleet.ask('stack', 'coverage', 'small', '--stacks', stacks, ...target);
  expect(coverage).toMatchObject({ stacks: 2, versions: { covered: 2, reachable: 2 } });
  const neighbours = await fleet.ask('stack', 'neighbours', 'small', ...target);
  expect(neighbours).toMatchObject({ neighbours: [{ name: 'small', version: '1.0', changes: 1 }] });
  const none = await fleet.troop('stack', 'explain', 'small>1.1', ...target);
  expect(none).toMatchObject({ status: 1, stderr: '' });
  expect(none.stdout).toContain('small>1.1');
  const unknown = await fleet.troop('stack', 'count', 'nobody', ...target);
  expect(unknown.status).toBe(5);
  const tooLong = await fleet.troop('stack', 'count', 'small', '--time', '7000', ...target);
  expect(tooLong.status).toBe(2);
  const hashed = await fleet.troop('stack', 'sample', 'small', '-n', '1', '--format', 'pylock', ...target);
  expect(hashed.stdout).toContain('[[packages]]');
});

test('the coordinator says whether it lives and is ready, and counts for who shows a token', async () => {
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(path, fleet.url()), { headers });
  expect(await (await get('/livez')).json()).toMatchObject({ status: 'alive' });
  expect(await (await get('/readyz')).json()).toMatchObject({ status: 'ready', problems: {} });
  expect((await get('/metrics')).status).toBe(401);
  const token = (await readFile(join(fleet.data, 'secrets', 'operator-token'), 'utf8')).trim();
  const metrics = await get('/metrics', { authorization: `Bearer ${token}` });
  expect(metrics.status).toBe(200);
  await expectMetrics(await metrics.text(), ['troop_build_info', 'troop_agents', 'troop_jobs']);
});

test('the agent counts, and tells its status', async () => {
  const state = join(fleet.data, 'agents', 'local-1');
  const status = await callProgram('troop-agent', ['status', '--state', state, '--json']);
  expect(status.status).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({ running: true, name: 'local-1' });
  const { metricsUrl } = (await readStatus(stateLayout(state).status)) ?? {};
  const metrics = await fetch(metricsUrl ?? '');
  await expectMetrics(await metrics.text(), ['troop_agent_build_info', 'troop_agent_bus_connected']);
});

test('an agent that has not joined says what to do, with status 4', async () => {
  const argv = ['run', '--state', join(fleet.home, 'nobody')];
  const answer = await callProgram('troop-agent', argv);
  expect(answer.status).toBe(4);
  expect(answer.stderr).toContain('TROOP-1207');
  expect(answer.stderr).toContain("hint: run 'troop-agent join");
});

async function expectMetrics(text: string, names: readonly string[]): Promise<void> {
  expect(metricProblems(text)).toEqual([]);
  expect(metricProblems(`${text}${text}`)).not.toEqual([]);
  for (const name of names) expect(text).toMatch(new RegExp(`^${name}(\\{[^}]*\\})? \\d`, 'm'));
  const objections = await lintByPromtool(text);
  expect(objections ?? '').toBe('');
}
