// The main job on real packages: requirement, knowledge, stacks, trials, numbers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../coordinator/analysis/report.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import {
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
  type LocalMachine,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';

let fleet: Fleet;
let machine: LocalMachine;

beforeAll(async () => {
  fleet = await startFleet();
  machine = await localMachine(fleet);
  const { python, platform } = machine;
  const asked = ['numpy>=1.21', 'scipy', 'pandas>=1.3'];
  await fleet.ask('knowledge', 'sync', ...asked, '--latest', '4', '--python', python, '--platform', platform);
});
afterAll(() => fleet.stop());

/** Ratios of the candidates that have all of them with an interval, a number a metric that people look at first. */
const ratiosOf = (report: Report): readonly number[] =>
  report.sections.flatMap(({ lines }) =>
    lines
      .filter(({ role }) => role === 'candidate')
      .flatMap(({ ratios }) => ratios)
      .filter(({ metric }) => metric === 'wall')
      .map(({ ratio, low, high }) => {
        expect(low).toBeLessThanOrEqual(ratio ?? Number.NaN);
        expect(high).toBeGreaterThanOrEqual(ratio ?? Number.NaN);
        expect(low).toBeGreaterThan(0);
        expect(high).toBeLessThan(Infinity);
        return ratio ?? Number.NaN;
      }),
  );

test('numpy and scipy: six stacks on lane any and on the own level of the machine are all measured', async () => {
  const lanes = [...new Set(['any', machine.level])];
  await createCampaign(fleet, machine, {
    name: 'numpy-scipy',
    requirements: ['numpy>=1.21', 'scipy'],
    lanes,
    sampling: { strategy: 'random-walk', count: 6, seed: 7 },
    benchmarks: [{ indicator: 'matmul', parameters: { size: 128 } }],
  });
  const report = await watchToEnd(fleet, 'numpy-scipy');
  const candidates = (await inspectionsOf(fleet, 'numpy-scipy')).filter(({ role }) => role === 'candidate');

  expect(candidates).toHaveLength(6 * lanes.length);
  expect(new Set(candidates.map(({ stack_id: stack }) => stack)).size).toBe(6);
  expect(candidates.map(({ outcome }) => outcome)).toEqual(candidates.map(() => 'succeeded'));
  expect(report.campaign.state).toBe('finished');
  expect(report.sections.map(({ lane }) => lane).toSorted()).toEqual(lanes.toSorted());
  expect(ratiosOf(report)).toHaveLength(candidates.length);
  expect(report.machines.map(({ name }) => name)).toEqual(['local-1']);
});

test('every raw value is kept with its block, its launch and its order', async () => {
  const rows = await fleet.rows<{ job_id: string; block: BlockRecord }>(
    `select job_id, body -> 'block' as block from trial_messages where kind = 'block'`,
  );
  const values = rows.flatMap(({ job_id: job, block }) =>
    block.pairs.flatMap((pair) =>
      pair.launches.flatMap((launch) =>
        launch.values.map((value) => ({
          key: [job, block.block, block.attempt, pair.benchmark, pair.candidateStackId, value.order].join(
            ' ',
          ),
          launch: launch.order,
          ...value,
        })),
      ),
    ),
  );
  expect(new Set(rows.map(({ block }) => block.block))).toEqual(new Set([0, 1, 2, 3]));
  expect(values.length).toBeGreaterThan(0);
  // No two values of a pair have the same place.
  expect(new Set(values.map(({ key }) => key)).size).toBe(values.length);
  for (const { wallNs, cpuNs, loops, launch } of values) {
    expect(wallNs).toBeGreaterThan(0);
    expect(cpuNs).toBeGreaterThan(0);
    expect(loops).toBeGreaterThanOrEqual(1);
    expect([0, 1]).toContain(launch);
  }
});

test('pandas: stacks with all that pandas needs are measured with its data frames', async () => {
  await createCampaign(fleet, machine, {
    name: 'pandas',
    requirements: ['pandas>=1.3'],
    sampling: { strategy: 'random-walk', count: 2, seed: 1 },
    benchmarks: [{ indicator: 'dataframe' }],
  });
  const report = await watchToEnd(fleet, 'pandas');
  const candidates = (await inspectionsOf(fleet, 'pandas')).filter(({ role }) => role === 'candidate');
  expect(candidates.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  expect(ratiosOf(report)).toHaveLength(2);
});
