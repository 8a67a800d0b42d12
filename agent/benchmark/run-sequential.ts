// Launch by launch: for what starts afresh with every value (import times, scripts), for threads that spin while their
// partner is measured, and for stacks without a baseline. The order of the launches is drawn; the block's ratio is that
// of the medians.
import type { LaunchRecord, PairRecord } from '../../shared/measurement/block.ts';
import { LaunchFailure } from './launch-failure.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { blameForScript, stackOf, type PairContext } from './measured-benchmark.ts';
import type { LaunchDraw, PairPlan } from './plan-blocks.ts';
import type { PreparedIndicator } from './prepared-benchmark.ts';
import { ResidentLaunch } from './resident-launch.ts';
import { pairRecord } from './run-pair.ts';
import { launchScript, type LaunchOutcome } from './script-launch.ts';

/** The values of one launch: how many of which kind, and where their numbering begins. */
interface Turn {
  readonly warmups: number;
  readonly values: number;
  readonly firstOrder: number;
}

async function fillLaunch(
  launch: ResidentLaunch,
  plan: LaunchPlan<PreparedIndicator>,
  turn: Turn,
  context: PairContext,
): Promise<void> {
  const { loops } = context.benchmark.calibration;
  await launch.load();
  if (plan.benchmark.descriptor.launch === 'resident') await launch.firstCall();
  for (let index = 0; index < turn.warmups; index++) await launch.warmUp(loops, turn.firstOrder + index);
  const firstValue = turn.firstOrder + turn.warmups;
  for (let index = 0; index < turn.values; index++) await launch.value(loops, firstValue + index);
  await launch.check(context.benchmark.referenceAnswer);
}

async function launchIndicator(
  plan: LaunchPlan<PreparedIndicator>,
  turn: Turn,
  context: PairContext,
): Promise<LaunchOutcome> {
  let launch: ResidentLaunch | null = null;
  try {
    launch = await ResidentLaunch.start(plan, context.tools);
    await fillLaunch(launch, plan, turn, context);
    return { record: await launch.finish(), verdict: null };
  } catch (error) {
    const record = (await launch?.finish()) ?? null;
    if (!(error instanceof LaunchFailure)) throw error;
    return { record, verdict: error.verdict };
  }
}

/** What each launch takes: fresh benchmarks one value a launch, and in the first block one launch of each arm to warm up. */
function turnsOf(plan: PairPlan, context: PairContext): readonly { draw: LaunchDraw; turn: Turn }[] {
  const { warmups, values } = context.benchmark.calibration;
  const isFresh = values === 1;
  const arms = new Set(plan.launches.map((draw) => draw.arm));
  const openers =
    isFresh && context.isFirst
      ? [...arms].flatMap((arm) => plan.launches.find((draw) => draw.arm === arm) ?? [])
      : [];
  const kinds = [
    ...openers.map((draw) => ({ draw, warmups: 1, values: 0 })),
    ...plan.launches.map((draw) => ({ draw, warmups: isFresh ? 0 : warmups, values })),
  ];
  let firstOrder = 0;
  return kinds.map((kind) => {
    const turn = { warmups: kind.warmups, values: kind.values, firstOrder };
    firstOrder += kind.warmups + kind.values;
    return { draw: kind.draw, turn };
  });
}

function launchOne(
  draw: LaunchDraw,
  turn: Turn,
  place: { readonly order: number; readonly cores: PairPlan['cores'] },
  context: PairContext,
): Promise<LaunchOutcome> {
  const { prepared } = context.benchmark;
  const plan = { stack: stackOf(context.stacks, draw.arm), arm: draw.arm, draw, ...place };
  if (prepared.kind === 'indicator') return launchIndicator({ ...plan, benchmark: prepared }, turn, context);
  return launchScript(
    { ...plan, benchmark: prepared },
    context.tools,
    { order: turn.firstOrder, isWarmup: turn.values === 0 },
    blameForScript(context.stacks, draw.arm),
  );
}

/** Runs the launches of one pair one after the other, up to the first that fails; rejects only on a defect. */
export async function runSequentialPair(plan: PairPlan, context: PairContext): Promise<PairRecord> {
  const records: LaunchRecord[] = [];
  for (const [order, { draw, turn }] of turnsOf(plan, context).entries()) {
    const { record, verdict } = await launchOne(draw, turn, { order, cores: plan.cores }, context);
    if (record !== null) records.push(record);
    if (verdict !== null) return pairRecord(plan, context, records, { arm: draw.arm, verdict });
  }
  return pairRecord(plan, context, records, null);
}
