// Campaigns whose form is right and whose content is not: refused by the coordinator, with nothing of them stored.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCampaign } from '../../../coordinator/campaign/create-campaign.ts';
import { campaignProgress } from '../../../coordinator/campaign/show-campaign.ts';
import { snapshotOf } from '../../../coordinator/knowledge/store/release-lookup.ts';
import { campaignStreams } from '../../../coordinator/sampling/campaign-streams.ts';
import { createSamplingEngine } from '../../../coordinator/sampling/engine.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { answerOf, seenIn } from '../../support/bad-input.ts';
import { createWorld, SNAPSHOT, type World } from '../../support/campaign-world.ts';
import { release } from '../../support/monkey/knowledge.ts';
import { madeUpKnowledge } from '../../support/monkey/made-up-knowledge.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const header = {
  format: 'troop-knowledge',
  version: 1,
  created: '2026-01-01T00:00:00Z',
  indexes: [{ name: 'pip' }],
} as const;
const made = madeUpKnowledge({ seed: '1', releases: 4 });
const releases = new Map(made.map(({ name }) => [name, made.filter((each) => each.name === name)]));

type Row = readonly [
  what: string,
  changes: Record<string, unknown>,
  ...rest: [ErrorCode, number, string, string],
];
const REFUSED: readonly Row[] = [
  [
    'an unknown lane',
    { lanes: ['any', 'avx3'] },
    'TROOP-1301',
    2,
    'lanes[1]: there is no lane "avx3"',
    'one of any',
  ],
  ['an unknown strategy', { sampling: { strategy: 'fastest' } }, 'TROOP-1301', 2, 'fastest', 'uniform'],
  [
    'an unknown strategy in a mix',
    { sampling: { mix: [{ strategy: 'fastest', share: 1 }] } },
    'TROOP-1301',
    2,
    'fastest',
    'uniform',
  ],
  [
    'a share of nothing',
    { sampling: { mix: [{ strategy: 'uniform', share: 0 }] } },
    'TROOP-1301',
    2,
    'sampling',
    'the README shows',
  ],
  [
    'a strategy and a mix',
    { sampling: { strategy: 'all', mix: [{ strategy: 'uniform', share: 1 }] } },
    'TROOP-1301',
    2,
    'sampling',
    'mix',
  ],
  [
    'a parameter that the strategy does not take',
    { sampling: { strategy: 'coverage', parameters: { speed: 1 } } },
    'TROOP-1301',
    2,
    'speed',
    'lists what each strategy takes',
  ],
  [
    'an unknown indicator',
    { benchmarks: [{ indicator: 'quake' }] },
    'TROOP-1301',
    2,
    'quake',
    'correct the benchmark',
  ],
  ['an unknown kind of rule', { rules: [{ prefer: 'suite' }] }, 'TROOP-1301', 2, 'rules[0]', 'keep'],
  ['a rule with a wrong parameter', { rules: [{ drop: 7 }] }, 'TROOP-1301', 2, 'rules[0]', ''],
  ['an unknown index', { indexes: [{ name: 'builds' }] }, 'TROOP-1328', 5, 'builds', 'sync'],
  [
    'an unknown project',
    { requirements: ['nosuch'] },
    'TROOP-1901',
    5,
    'nosuch',
    'troop knowledge sync nosuch',
  ],
  [
    'requirements that contradict each other',
    { requirements: ['suite', 'suite<0'] },
    'TROOP-1306',
    1,
    'no stack satisfies the requirements',
    'loosen the requirements',
  ],
  [
    'an image',
    { environments: [{ python: '3.11', image: 'python:3.11' }] },
    'TROOP-1301',
    2,
    'environments[0].image',
    'leave it out',
  ],
];

describe(`${REFUSED.length} campaigns that the coordinator refuses`, () => {
  test.each(REFUSED)('%s', async (...[, changes, code, status, says, hint]) => {
    const openStream = campaignStreams(
      createSamplingEngine(() => Promise.resolve(snapshotOf(SNAPSHOT, header, releases))),
    );
    const request = {
      name: 'refused',
      requirements: ['suite'],
      sampling: { strategy: 'uniform', count: 2 },
      benchmarks: [{ indicator: 'hello' }],
      ...changes,
    };
    const wanted = { code, status, says, hint };
    const answer = await answerOf(() => createCampaign({ ...world.feeder, openStream }, request, SNAPSHOT));
    expect(seenIn(answer, wanted)).toEqual(wanted);
    expect(await world.rows('select 1 from campaigns')).toEqual([]);
  });
});

test('a campaign whose rules name what none of its environments has is made, and says so', async () => {
  const suite = [release('suite', '1.0', ['old; python_version < "3.12"']), release('old', '1.0')];
  const own = new Map(suite.map((one) => [one.name, [one]]));
  const openStream = campaignStreams(
    createSamplingEngine(() => Promise.resolve(snapshotOf(SNAPSHOT, header, own))),
  );
  const request = {
    name: 'with-a-slip',
    requirements: ['suite'],
    environments: [{ python: '3.11' }, { python: '3.12' }],
    sampling: { strategy: 'uniform', count: 2 },
    benchmarks: [{ indicator: 'hello' }],
    rules: [{ drop: 'old>=2' }, { drop: 'suit>=2', when: { python: '3.12' } }, { dropIndex: 'nightly' }],
  };
  const created = await createCampaign({ ...world.feeder, openStream }, request, SNAPSHOT);
  const note = 'nothing in its spaces is suit: what rules say of it has no effect';
  const place = 'no release in its spaces is of the index nightly, which rules name';
  expect(created.notes).toEqual([note, place]);
  const { notes } = await campaignProgress(world.pool, created.id);
  expect(notes).toContainEqual(expect.objectContaining({ key: 'unmatched-rules', text: note }));
  expect(notes).toContainEqual(expect.objectContaining({ key: 'unmatched-indexes', text: place }));
});
