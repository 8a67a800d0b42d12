// Environment variables as a factor: environments that differ in nothing else are two levels everywhere.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadReport } from '../../../coordinator/campaign/load-report.ts';
import { createWorld, type World } from '../../support/campaign-world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(async () => {
  await world.close();
});

test('two environments that differ in their variables alone have stacks, baselines and report sections of their own', async () => {
  const agent = await world.addAgent();
  const campaign = await world.createCampaign({
    sampling: { count: 3 },
    environments: [
      { python: '3.11', variables: { OPENBLAS_CORETYPE: 'Haswell' } },
      { python: '3.11', variables: { OPENBLAS_CORETYPE: 'Zen', OMP_NUM_THREADS: '1' } },
    ],
  });
  await world.feed();
  const [baselines] = await world.rows<{ stacks: number }>(
    'select count(distinct stack_id)::int as stacks from baselines',
  );
  expect(baselines?.stacks).toBe(2);
  const [candidates] = await world.rows<{ stacks: number }>(
    `select count(distinct stack_id)::int as stacks from inspections where role = 'candidate'`,
  );
  expect(candidates?.stacks).toBe(6);
  const { sections } = await loadReport(world.pool, campaign);
  expect(sections.map(({ target }) => target)).toEqual([
    'linux_x86_64-cp311 OPENBLAS_CORETYPE=Haswell',
    'linux_x86_64-cp311 OMP_NUM_THREADS=1 OPENBLAS_CORETYPE=Zen',
  ]);
  const grant = await world.work(agent);
  expect(grant.trial.environment.variables).toHaveProperty('OPENBLAS_CORETYPE');
  expect(grant.trial.baseline?.environment).toEqual(grant.trial.environment);
});
