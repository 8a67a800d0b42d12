// The lanes of GPUs from the agent's PATH to the report, with an `nvidia-smi` of our own making: what is shown is the way
// that work takes, UNPROVEN ON A REAL GPU.
import { delimiter, join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgentView } from '../../coordinator/fleet/agents.ts';
import {
  agentOnline,
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
  type LocalMachine,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { folderIndexOf, installableWheel } from '../support/e2e-wheels.ts';
import { fakeNvidiaSmi } from '../support/fake-nvidia-smi.ts';

let fleet: Fleet;
let machine: LocalMachine;
let tools: string;

beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), 'troop-smi-'));
  await fakeNvidiaSmi(tools);
  const path = [tools, process.env['PATH'] ?? ''].join(delimiter);
  fleet = await startFleet({ environment: { PATH: path } });
  machine = await localMachine(fleet);
  const wheels = ['1.0', '1.1'].map((version) => installableWheel({ name: 'shader', version, module: '' }));
  const url = await folderIndexOf(join(fleet.home, 'folder'), 'shader', wheels);
  const target = ['--python', machine.python, '--platform', machine.platform];
  await fleet.ask('knowledge', 'sync', 'shader', '--index', `own=${url}`, ...target);
});
afterAll(async () => {
  await fleet.stop();
  await rm(tools, { recursive: true, force: true });
});

const gpuLanes = ({ fingerprint }: AgentView): readonly string[] =>
  fingerprint?.cpu.flags?.includes('avx2') === true ? ['cuda', 'avx2+cuda'] : ['cuda'];

test('a machine whose nvidia-smi shows a GPU is in lanes cuda and avx2+cuda (unproven on a real GPU)', async () => {
  const agent = await agentOnline(fleet, 'local-1');
  expect(agent.fingerprint?.gpus).toMatchObject([
    { vendor: 'nvidia', driver: '560.35.03', cudaVersion: '12.6', computeCapability: '8.9' },
  ]);
  const granted = agent.lanes.flatMap(({ lane, eligible }) => (eligible ? [lane] : []));
  expect(granted).toEqual(expect.arrayContaining([...gpuLanes(agent)]));
});

test('campaigns on lanes cuda and avx2+cuda are decided by it (unproven on a real GPU)', async () => {
  const lanes = gpuLanes(await agentOnline(fleet, 'local-1'));
  await createCampaign(fleet, machine, {
    name: 'shader',
    requirements: ['shader'],
    indexes: [{ name: 'own' }],
    lanes,
    sampling: { strategy: 'lowest', count: 1, seed: 1 },
    benchmarks: [{ indicator: 'hello' }],
  });
  const report = await watchToEnd(fleet, 'shader');
  const candidates = (await inspectionsOf(fleet, 'shader')).filter(({ role }) => role === 'candidate');
  expect(candidates.map(({ lane, outcome }) => `${lane} ${outcome}`).toSorted()).toEqual(
    lanes.map((lane) => `${lane} succeeded`).toSorted(),
  );
  expect(report.machines.flatMap(({ facts }) => facts).join(', ')).toContain('RTX 4090');
});
