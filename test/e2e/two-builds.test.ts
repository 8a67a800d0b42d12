// One package in one version, compiled twice: for any CPU on one index, for AVX2 on another. The index is then a factor
// of the campaign, the lane its condition; a build with an instruction that the CPU lacks is the stack's, and said so. All
// this on an agent whose caches may hold one byte: what a trial uses is there, and gone after it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InspectionDetails } from '../../coordinator/inspections/show-inspection.ts';
import {
  extensionWheel,
  findToolchain,
  type ExtensionSource,
  type Toolchain,
} from '../support/c-extension.ts';
import {
  agentOnline,
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
  type LocalMachine,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { folderIndexOf } from '../support/e2e-wheels.ts';
import { until } from '../support/until.ts';

let fleet: Fleet;
let machine: LocalMachine;
let toolchain: Toolchain | string;

beforeAll(async () => {
  fleet = await startFleet({
    environment: { TROOP_RETRY_BASE_MS: '50', TROOP_AGENT_CACHE_BYTES: '1' },
  });
  machine = await localMachine(fleet);
  toolchain = await findToolchain(machine.interpreter);
});
afterAll(() => fleet.stop());

/** What keeps the tests from being run here; null when nothing does. */
async function obstacle(): Promise<string | null> {
  if (typeof toolchain === 'string') return toolchain;
  const { fingerprint } = await agentOnline(fleet, 'local-1');
  return fingerprint?.cpu.flags?.includes('avx2') === true ? null : 'this CPU has no AVX2';
}

type Build = Pick<ExtensionSource, 'version' | 'flags' | 'atImport'>;

/** Builds one project into a folder index of its own; gives the argument of `knowledge sync` that adds it. */
async function indexOf(index: string, name: string, builds: readonly Build[]): Promise<readonly string[]> {
  if (typeof toolchain === 'string') throw new Error(toolchain);
  const files = [];
  for (const build of builds) {
    const scratch = join(fleet.home, 'scratch', index, build.version);
    files.push(await extensionWheel(scratch, toolchain, { name, ...build }));
  }
  return ['--index', `${index}=${await folderIndexOf(join(fleet.home, index), name, files)}`];
}

const sync = (name: string, indexes: readonly string[]): Promise<unknown> =>
  fleet.ask(
    'knowledge',
    'sync',
    name,
    ...indexes,
    '--python',
    machine.python,
    '--platform',
    machine.platform,
  );

const detailsOf = async (campaign: string): Promise<readonly InspectionDetails[]> => {
  const rows = await inspectionsOf(fleet, campaign);
  return Promise.all(rows.map(({ id }) => fleet.ask<InspectionDetails>('inspection', 'show', id)));
};

const indexIn = ({ stack }: InspectionDetails): string => stack.packages[0]?.index ?? '';

test('the index is a factor: two builds of one version are two stacks, each measured on every lane', async (context) => {
  const reason = await obstacle();
  if (reason !== null) return context.skip(reason);
  const plain = await indexOf('plain', 'quick', [{ version: '1.0', flags: [] }]);
  const wide = await indexOf('wide', 'quick', [{ version: '1.0', flags: ['-mavx2', '-mfma'] }]);
  await sync('quick', [...plain, ...wide]);
  const script = `import json, time, quick
begin = time.perf_counter()
quick.run(2000)
print(json.dumps({"@result": {"elapsed": (time.perf_counter() - begin) * 1000, "width": quick.width()}}))
`;
  await fleet.write('quick.py', script);
  await createCampaign(fleet, machine, {
    name: 'two-builds',
    requirements: ['quick==1.0'],
    indexes: [{ name: 'plain' }, { name: 'wide' }],
    lanes: ['any', 'avx2'],
    baseline: 'none',
    sampling: { strategy: 'uniform', count: 2, seed: 1 },
    benchmarks: [{ script: './quick.py' }],
  });
  const report = await watchToEnd(fleet, 'two-builds');
  const details = await detailsOf('two-builds');

  expect(
    details.map((one) => `${one.inspection.lane} ${indexIn(one)} ${one.inspection.outcome}`).toSorted(),
  ).toEqual(['any plain succeeded', 'any wide succeeded', 'avx2 plain succeeded', 'avx2 wide succeeded']);
  expect(new Set(details.map(({ stack }) => stack.stack_id)).size).toBe(2);
  // Each was measured with the file of its own index: the registers tell.
  const seen = report.sections.flatMap(({ lane, lines }) =>
    lines.map(({ label, values }) => {
      const width = values.find(({ metric }) => metric.endsWith('width'))?.median;
      return `${lane}: ${label} ${width}`;
    }),
  );
  expect(seen.toSorted()).toEqual([
    'any: quick 1.0 (plain) 16',
    'any: quick 1.0 (wide) 32',
    'avx2: quick 1.0 (plain) 16',
    'avx2: quick 1.0 (wide) 32',
  ]);
});

test('an instruction that the CPU lacks, though its lane was granted, is unsupported hardware and tried once', async (context) => {
  const reason = await obstacle();
  if (reason !== null) return context.skip(reason);
  // `ud2` is defined to be undefined on every x86: to the process this machine has lied about what it can do.
  const lied = await indexOf('lied', 'beyond', [
    { version: '1.0', flags: ['-mavx2'], atImport: '__asm__ volatile("ud2");' },
    { version: '1.1', flags: ['-mavx2'] },
  ]);
  await sync('beyond', lied);
  await createCampaign(fleet, machine, {
    name: 'beyond',
    requirements: ['beyond'],
    indexes: [{ name: 'lied' }],
    lanes: ['avx2'],
    sampling: { strategy: 'lowest', count: 1, seed: 1 },
    benchmarks: [{ indicator: 'import', parameters: { modules: ['beyond'] } }],
  });
  const report = await watchToEnd(fleet, 'beyond');
  const candidates = (await detailsOf('beyond')).filter(({ inspection }) => inspection.role === 'candidate');

  expect(candidates).toHaveLength(1);
  expect(candidates[0]?.inspection).toMatchObject({
    outcome: 'unsupported_hardware',
    cause: 'stack',
    phase: 'import',
    code: 'TROOP-1504',
    lane: 'avx2',
  });
  expect(candidates[0]?.inspection.message).toContain('SIGILL');
  expect(candidates[0]?.holds.map(({ ending }) => ending)).toEqual(['completed']);
  expect(report.failures).toMatchObject([{ code: 'TROOP-1504', labels: ['beyond 1.0'] }]);
  expect(report.counts).toMatchObject({ planned: 1, broken: 1, spoiled: 0 });
});

test('caches with a budget of one byte are empty once the trials are over', async (context) => {
  const reason = await obstacle();
  if (reason !== null) return context.skip(reason);
  const build = join(fleet.data, 'agents', 'local-1', 'build');
  const left = async (): Promise<readonly string[]> => {
    const [environments, files] = await Promise.all([
      readdir(join(build, 'installed', 'environments')),
      readdir(join(build, 'wheels')),
    ]);
    const cached = environments.filter((name) => /^[0-9a-f]{32}$/.test(name));
    return [...cached, ...files.filter((name) => name !== 'incoming')];
  };
  // The sweep follows the last trial's last message.
  await until(async () => (await left()).length === 0);
  expect(await left()).toEqual([]);
});
