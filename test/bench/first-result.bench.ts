// How long one waits for the first answer: from `troop campaign create` to the first stored block and to the first decided
// inspection, on a fleet that is up, knows the packages and has built stacks of them before. The parts are read from the
// database's own times, so that all of them follow one clock.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setup as buildPrograms } from '../support/build-programs.ts';
import { createCampaign, localMachine, watchToEnd, type LocalMachine } from '../support/e2e-campaign.ts';
import { startFleet, type Fleet } from '../support/e2e-fleet.ts';
import { installableWheel } from '../support/e2e-wheels.ts';
import { startFakeIndex, type FakeIndex } from '../support/fake-index.ts';
import { until } from '../support/until.ts';
import { median, rounded, tellFigure } from './figures.ts';

const REPEATS = Number(process.env['TROOP_BENCH_REPEATS'] ?? 5);
const VERSIONS = 8;

let fleet: Fleet;
let machine: LocalMachine;
let index: FakeIndex;
beforeAll(async () => {
  await buildPrograms();
  fleet = await startFleet({ environment: { TROOP_AGENT_METRICS_PORT: '0' } });
  machine = await localMachine(fleet);
  index = await startFakeIndex();
  const wheels = Array.from({ length: VERSIONS }, (_, minor) =>
    installableWheel({ name: 'tiny', version: `1.${minor}`, module: `answer = ${minor}\n` }),
  );
  index.add('tiny', ...wheels);
  const target = ['--python', machine.python, '--platform', machine.platform];
  await fleet.ask('knowledge', 'sync', 'tiny', '--index', `own=${index.url}`, ...target);
}, 600_000);
afterAll(async () => {
  await fleet.stop();
  await index.close();
}, 120_000);

interface Parts {
  /** The command itself, until it has answered. */
  readonly commandMs: number;
  /** From the command's start to what happened, one after the other. */
  readonly offered: number;
  readonly claimed: number;
  readonly built: number;
  readonly firstBlock: number;
  readonly firstDecision: number;
}

const MOMENTS = `
  select extract(epoch from min(coalesce(j.last_offer_at, j.created_at))) * 1000 as offered,
    (select extract(epoch from min(jc.claimed_at)) * 1000 from claims jc join jobs k on k.id = jc.job_id
      where k.campaign_id = $1) as claimed,
    (select extract(epoch from min(m.received_at)) * 1000 from trial_messages m join jobs k on k.id = m.job_id
      where k.campaign_id = $1 and m.kind = 'build') as built,
    (select extract(epoch from min(m.received_at)) * 1000 from trial_messages m join jobs k on k.id = m.job_id
      where k.campaign_id = $1 and m.kind = 'block') as block,
    (select extract(epoch from min(i.decided_at)) * 1000 from inspections i where i.campaign_id = $1) as decided
  from jobs j where j.campaign_id = $1`;

async function measureOnce(number: number): Promise<Parts> {
  const startedMs = Date.now();
  const name = `first-${number}`;
  const id = await createCampaign(fleet, machine, {
    name,
    requirements: ['tiny'],
    indexes: [{ name: 'own' }],
    sampling: { strategy: 'lowest', count: 3, seed: 1 },
    benchmarks: [{ indicator: 'hello' }],
  });
  const commandMs = Date.now() - startedMs;
  type Moments = Record<'offered' | 'claimed' | 'built' | 'block' | 'decided', string | null>;
  const isThere = async (): Promise<Moments | undefined> => {
    const [row] = await fleet.rows<Moments>(MOMENTS, [id]);
    return typeof row?.decided === 'string' ? row : undefined;
  };
  const moments = await until(isThere, { withinMs: 120_000, everyMs: 200 });
  await watchToEnd(fleet, name);
  const since = (moment: string | null): number => Number(moment) - startedMs;
  return {
    commandMs,
    offered: since(moments.offered),
    claimed: since(moments.claimed),
    built: since(moments.built),
    firstBlock: since(moments.block),
    firstDecision: since(moments.decided),
  };
}

it('campaign create to the first block and the first decision', async () => {
  await measureOnce(0);
  const measured: Parts[] = [];
  for (let repeat = 1; repeat <= REPEATS; repeat++) measured.push(await measureOnce(repeat));
  const of = (read: (parts: Parts) => number): number => rounded(median(measured.map(read)));
  const figureOf = (figure: string, ours: number) => ({ bench: 'first-result', figure, ours, unit: 'ms' });
  const context = {
    repeats: REPEATS,
    parts: {
      commandMs: of(({ commandMs }) => commandMs),
      createToOfferMs: of(({ offered }) => offered),
      offerToClaimMs: of(({ claimed, offered }) => claimed - offered),
      claimToBuiltMs: of(({ built, claimed }) => built - claimed),
      builtToBlockMs: of(({ firstBlock, built }) => firstBlock - built),
      blockToDecisionMs: of(({ firstDecision, firstBlock }) => firstDecision - firstBlock),
    },
  };
  tellFigure(
    figureOf(
      'campaign create to the first stored block',
      of(({ firstBlock }) => firstBlock),
    ),
    context,
  );
  tellFigure(
    figureOf(
      'campaign create to the first decision',
      of(({ firstDecision }) => firstDecision),
    ),
  );
  expect(measured).toHaveLength(REPEATS);
});
