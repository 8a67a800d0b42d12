// The unit of an interleaved block: both workers alive, pinned to the same core, values in turn (ABBA…). What disturbs
// the machine disturbs neighbours alike, which is worth five to seven launches one after the other (reference/measure.md
// 3.1). When one side breaks, both are ended and the failure names whose it is.
import type { Arm, LaunchRecord, PairRecord } from '../../shared/measurement/block.ts';
import { LaunchFailure, trialFailure, type Verdict } from './launch-failure.ts';
import { stackOf, type PairContext } from './measured-benchmark.ts';
import { armSequence, type PairPlan } from './plan-blocks.ts';
import type { PreparedIndicator } from './prepared-benchmark.ts';
import { ResidentLaunch } from './resident-launch.ts';

type Launches = Map<Arm, ResidentLaunch>;

async function startAll(
  plan: PairPlan,
  prepared: PreparedIndicator,
  context: PairContext,
  launches: Launches,
): Promise<void> {
  for (const [order, draw] of plan.launches.entries()) {
    const stack = stackOf(context.stacks, draw.arm);
    const launch = await ResidentLaunch.start(
      { stack, arm: draw.arm, benchmark: prepared, draw, order, cores: plan.cores },
      context.tools,
    );
    launches.set(draw.arm, launch);
    await launch.load();
    await launch.firstCall();
  }
}

async function takeValues(plan: PairPlan, context: PairContext, launches: Launches): Promise<void> {
  const { loops, warmups, values } = context.benchmark.calibration;
  const turns = armSequence(plan.phase, warmups + values);
  const warmupTurns = 2 * warmups;
  for (const [order, arm] of turns.entries()) {
    const launch = launches.get(arm);
    if (order < warmupTurns) await launch?.warmUp(loops, order);
    else await launch?.value(loops, order);
  }
  for (const launch of launches.values()) await launch.check(context.benchmark.referenceAnswer);
}

function finishAll(launches: Launches): Promise<LaunchRecord[]> {
  return Promise.all([...launches.values()].map((launch) => launch.finish()));
}

/** Runs one interleaved pair; rejects only on a defect. */
export async function runInterleavedPair(
  plan: PairPlan,
  prepared: PreparedIndicator,
  context: PairContext,
): Promise<PairRecord> {
  const launches: Launches = new Map();
  let failed: { readonly arm: Arm; readonly verdict: Verdict } | null = null;
  try {
    await startAll(plan, prepared, context, launches);
    await takeValues(plan, context, launches);
  } catch (error) {
    // Also on a defect nothing may stay behind.
    if (!(error instanceof LaunchFailure)) {
      await finishAll(launches);
      throw error;
    }
    failed = error;
  }
  return pairRecord(plan, context, await finishAll(launches), failed);
}

export function pairRecord(
  plan: PairPlan,
  context: PairContext,
  launches: readonly LaunchRecord[],
  failed: { readonly arm: Arm; readonly verdict: Verdict } | null,
): PairRecord {
  const { benchmark, candidateStackId, mode, phase } = plan;
  const record: PairRecord = { benchmark, candidateStackId, mode, phase, launches };
  if (failed === null) return record;
  const { stackId } = stackOf(context.stacks, failed.arm);
  const evidence = launches.findLast((launch) => launch.arm === failed.arm);
  const part = { benchmark, stackId, arm: failed.arm };
  return { ...record, failure: trialFailure(part, failed.verdict, evidence?.stderrTail) };
}
