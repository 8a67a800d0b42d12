// What goes wrong ends in the right class: a stack that breaks at import is a finding, an index that is gone is the
// fleet's, tried again and then decided.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PhaseLog } from '../../coordinator/inspections/inspection-log.ts';
import type { InspectionDetails } from '../../coordinator/inspections/show-inspection.ts';
import {
  createCampaign,
  inspectionsOf,
  localMachine,
  watchToEnd,
  type LocalMachine,
} from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { folderIndexOf, installableWheel } from '../support/e2e-wheels.ts';
import { startFakeIndex } from '../support/fake-index.ts';

let fleet: Fleet;
let machine: LocalMachine;

beforeAll(async () => {
  fleet = await startFleet({ environment: { TROOP_RETRY_BASE_MS: '50' } });
  machine = await localMachine(fleet);
});
afterAll(() => fleet.stop());

const sync = (...argv: readonly string[]): Promise<{ snapshotId: string }> =>
  fleet.ask('knowledge', 'sync', ...argv, '--python', machine.python, '--platform', machine.platform);

const showOf = (id: string): Promise<InspectionDetails> => fleet.ask('inspection', 'show', id);

test('a stack that raises at import is broken, by itself, at import; the other version works', async () => {
  const wheels = [
    installableWheel({
      name: 'sometimes',
      version: '1.0',
      module: 'raise RuntimeError("not on this one")\n',
    }),
    installableWheel({ name: 'sometimes', version: '1.1', module: 'value = 11\n' }),
    installableWheel({ name: 'sometimes', version: '1.2', module: 'value = 12\n' }),
  ];
  const url = await folderIndexOf(join(fleet.home, 'folder'), 'sometimes', wheels);
  await sync('sometimes', '--index', `own=${url}`);
  await createCampaign(fleet, machine, {
    name: 'breaks-at-import',
    requirements: ['sometimes'],
    indexes: [{ name: 'own' }],
    sampling: { strategy: 'lowest', count: 2, seed: 1 },
    benchmarks: [{ indicator: 'import', parameters: { modules: ['sometimes'] } }],
  });
  const report = await watchToEnd(fleet, 'breaks-at-import');
  const candidates = (await inspectionsOf(fleet, 'breaks-at-import')).filter(
    ({ role }) => role === 'candidate',
  );
  const details = await Promise.all(candidates.map(({ id }) => showOf(id)));
  const byVersion = new Map(details.map((one) => [one.stack.packages[0]?.version, one]));

  expect(byVersion.get('1.1')?.inspection).toMatchObject({ outcome: 'succeeded', cause: null, code: null });
  const broken = byVersion.get('1.0');
  expect(broken?.inspection).toMatchObject({
    outcome: 'failed',
    cause: 'stack',
    phase: 'import',
    code: 'TROOP-1503',
  });
  expect(broken?.inspection.message).toContain('not on this one');
  expect(broken?.inspection.excerpt).toContain('RuntimeError');
  expect(report.failures).toMatchObject([{ cause: 'stack', phase: 'import', code: 'TROOP-1503' }]);
  expect(report.counts).toMatchObject({ planned: 2, measured: 1, broken: 1, spoiled: 0 });
});

test('an index that is gone when the stack is built is the fault of the fleet: tried again, then decided', async () => {
  const index = await startFakeIndex();
  index.add(
    'remote',
    ...['1.0', '1.1'].map((version) => installableWheel({ name: 'remote', version, module: '' })),
  );
  await sync('remote', '--index', `gone=${index.url}`);
  await index.close();
  await createCampaign(fleet, machine, {
    name: 'unreachable',
    requirements: ['remote'],
    indexes: [{ name: 'gone' }],
    baseline: 'none',
    sampling: { strategy: 'latest', count: 1, seed: 1 },
    benchmarks: [{ indicator: 'import', parameters: { modules: ['remote'] } }],
  });
  const report = await watchToEnd(fleet, 'unreachable');
  const [candidate] = await inspectionsOf(fleet, 'unreachable');
  const { inspection, holds } = await showOf(candidate?.id ?? '');

  expect(inspection).toMatchObject({ outcome: 'failed', cause: 'fleet', phase: 'fetch', code: 'TROOP-1403' });
  expect(holds.map(({ epoch, ending }) => [epoch, ending])).toEqual(
    [1, 2, 3, 4, 5].map((epoch) => [epoch, 'completed']),
  );
  expect(report.failures).toMatchObject([{ cause: 'fleet', phase: 'fetch', inspections: 1 }]);
  // What happened can be read.
  const { items } = await fleet.ask<{ items: readonly PhaseLog[] }>('inspection', 'logs', inspection.id);
  expect(items.map(({ text }) => text).join('\n')).toContain('remote-1.1');
});
