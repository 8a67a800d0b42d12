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

/** All processes are started before the first one loads: setting up a sandbox may take longer than a value. */
async function startAll(
  plan: PairPlan,
  prepared: PreparedIndicator,
  context: PairContext,
  launches: Launches,
): Promise<void> {
  const starting = plan.launches.map(async (draw, order) => {
    const stack = stackOf(context.stacks, draw.arm);
    const launch = await ResidentLaunch.start(
      { stack, arm: draw.arm, benchmark: prepared, draw, order, cores: plan.cores },
      context.tools,
    );
    launches.set(draw.arm, launch);
  });
  const started = await Promise.allSettled(starting);
  for (const one of started) if (one.status === 'rejected') throw one.reason;
}

/** One after the other, in the drawn order: importing is recorded, too. */
async function loadAll(plan: PairPlan, launches: Launches): Promise<void> {
  for (const { arm } of plan.launches) {
    await launches.get(arm)?.load();
    await launches.get(arm)?.firstCall();
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

async function finishAll(launches: Launches): Promise<readonly LaunchRecord[]> {
  const records = await Promise.all([...launches.values()].map((launch) => launch.finish()));
  return records.toSorted((left, right) => left.order - right.order);
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
    await loadAll(plan, launches);
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

/** What is kept of the stderr of every launch; a failure keeps all that the sandbox kept. A block is one message. */
const STDERR_CHARACTERS = 1000;

function withShortTail(launch: LaunchRecord): LaunchRecord {
  return { ...launch, stderrTail: launch.stderrTail.slice(-STDERR_CHARACTERS) };
}

export function pairRecord(
  plan: PairPlan,
  context: PairContext,
  launches: readonly LaunchRecord[],
  failed: { readonly arm: Arm; readonly verdict: Verdict } | null,
): PairRecord {
  const { benchmark, candidateStackId, mode, phase } = plan;
  const kept = launches.map(withShortTail);
  const record: PairRecord = { benchmark, candidateStackId, mode, phase, launches: kept };
  if (failed === null) return record;
  const { stackId } = stackOf(context.stacks, failed.arm);
  const evidence = launches.findLast((launch) => launch.arm === failed.arm);
  const part = { benchmark, stackId, arm: failed.arm };
  return { ...record, failure: trialFailure(part, failed.verdict, evidence?.stderrTail) };
}
