// Finds out, on the baseline, how much work a value has to be: the same loops for every stack, so that all do the same.
// A value long enough to be far above the clock's resolution and short enough to be taken many times in turn.
import type { CalibrationRecord } from '../../shared/measurement/benchmark.ts';
import { seededRandom } from '../../shared/runtime/random.ts';
import type { Answer } from './compare-answer.ts';
import { LaunchFailure } from './launch-failure.ts';
import { blameForScript, type PairStacks } from './measured-benchmark.ts';
import { drawCores, drawLaunch } from './plan-blocks.ts';
import { isInterleaved, type PreparedBenchmark, type PreparedIndicator } from './prepared-benchmark.ts';
import { ResidentLaunch } from './resident-launch.ts';
import { launchScript } from './script-launch.ts';
import type { LaunchTools, Pace } from './trial.ts';

export interface CalibrationRequest {
  readonly benchmark: PreparedBenchmark;
  /** The calibrated arm is the baseline where there is one, else the candidate. */
  readonly stacks: PairStacks;
  readonly seed: string;
  readonly cores: readonly number[];
  readonly pace: Pace;
}

export interface Calibrated {
  readonly record: CalibrationRecord;
  readonly answer: Answer | null;
}

const MAXIMUM_LOOPS = 1_000_000_000;
const MAXIMUM_ROUNDS = 16;
const [FEWEST_VALUES, MOST_VALUES] = [4, 24];

/** The next number of loops to try after `loops` took `wallMs`, or the same number when that is about right. */
export function nextLoops(loops: number, wallMs: number, targetMs: number): number {
  const factor = targetMs / Math.max(wallMs, 1e-6);
  if (factor <= 2 && factor >= 0.5) return loops;
  // A first value may be far off its size: steps are bounded both ways.
  const step = Math.min(100, Math.max(0.01, factor));
  return Math.min(MAXIMUM_LOOPS, Math.max(1, Math.round(loops * step)));
}

/**
 * Values per launch that pay best when a launch costs `launchMs` and a value `valueMs` (Kalibera and Jones 2013, with
 * about equal variance within and between launches): even, so that ABBA closes, and within 4 to 24.
 */
export function valuesPerLaunch(launchMs: number, valueMs: number): number {
  return evenWithin(Math.sqrt(launchMs / Math.max(valueMs, 1e-3)));
}

function evenWithin(wanted: number): number {
  return Math.min(MOST_VALUES, Math.max(FEWEST_VALUES, 2 * Math.ceil(wanted / 2)));
}

async function findLoops(
  launch: ResidentLaunch,
  targetMs: number,
): Promise<{ loops: number; valueMs: number }> {
  let loops = 1;
  let valueMs = (await launch.probe(loops)).wallNs / 1e6;
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    const next = nextLoops(loops, valueMs, targetMs);
    if (next === loops) break;
    loops = next;
    valueMs = (await launch.probe(loops)).wallNs / 1e6;
  }
  return { loops, valueMs };
}

async function calibrateIndicator(
  benchmark: PreparedIndicator,
  request: CalibrationRequest,
  tools: LaunchTools,
): Promise<Calibrated> {
  const { plan } = planOf(request);
  const isFresh = benchmark.descriptor.launch === 'fresh';
  const startedMs = tools.clock.monotonicMs();
  const launch = await ResidentLaunch.start({ ...plan, benchmark }, tools);
  try {
    await launch.load();
    if (!isFresh) await launch.firstCall();
    const launchMs = tools.clock.monotonicMs() - startedMs;
    const found = isFresh
      ? { loops: 1, valueMs: (await launch.probe(1)).wallNs / 1e6 }
      : await findLoops(launch, request.pace.valueMs);
    const answer = await launch.check(null);
    await launch.finish();
    return { record: recordOf(request, { ...found, launchMs, isFresh }), answer };
  } catch (error) {
    const { stderrTail } = await launch.finish();
    throw error instanceof LaunchFailure ? new LaunchFailure(error.arm, error.verdict, stderrTail) : error;
  }
}

async function calibrateScript(
  benchmark: Extract<PreparedBenchmark, { kind: 'script' }>,
  request: CalibrationRequest,
  tools: LaunchTools,
): Promise<Calibrated> {
  const { plan } = planOf(request);
  const startedMs = tools.clock.monotonicMs();
  const blame = blameForScript(request.stacks, plan.arm);
  const place = { order: 0, isWarmup: true };
  const { record, verdict } = await launchScript({ ...plan, benchmark }, tools, place, blame);
  if (verdict !== null) throw new LaunchFailure(plan.arm, verdict, record?.stderrTail);
  const valueMs = (record?.warmups[0]?.wallNs ?? 0) / 1e6;
  const launchMs = Math.max(0, tools.clock.monotonicMs() - startedMs - valueMs);
  return { record: recordOf(request, { loops: 1, valueMs, launchMs, isFresh: true }), answer: null };
}

function planOf({ benchmark, stacks, seed, cores }: CalibrationRequest): {
  plan: Omit<Parameters<typeof launchScript>[0], 'benchmark'>;
} {
  const random = seededRandom(`${seed}/calibration/${benchmark.key}`);
  const arm = stacks.baseline === null ? 'candidate' : 'baseline';
  const stack = stacks.baseline ?? stacks.candidate;
  const drawnCores = drawCores(random, cores, benchmark.threads);
  return { plan: { stack, arm, draw: drawLaunch(random, arm), order: 0, cores: drawnCores } };
}

function recordOf(
  { benchmark, stacks, pace }: CalibrationRequest,
  found: { loops: number; valueMs: number; launchMs: number; isFresh: boolean },
): CalibrationRecord {
  const { loops, valueMs, launchMs, isFresh } = found;
  const values = pace.values === null ? valuesPerLaunch(launchMs, valueMs) : evenWithin(pace.values);
  return {
    benchmark: benchmark.key,
    mode: isInterleaved(benchmark) && stacks.baseline !== null ? 'interleaved' : 'sequential',
    loops,
    warmups: isFresh ? 0 : Math.max(1, pace.warmups),
    values: isFresh ? 1 : values,
    launches: isFresh ? Math.max(1, pace.launches) : 1,
    valueMs,
    launchMs,
  };
}

/** @throws LaunchFailure when the calibrated stack cannot be measured with this benchmark */
export function calibrate(request: CalibrationRequest, tools: LaunchTools): Promise<Calibrated> {
  const { benchmark } = request;
  return benchmark.kind === 'indicator'
    ? calibrateIndicator(benchmark, request, tools)
    : calibrateScript(benchmark, request, tools);
}

/** About how long one pair of a block lasts. */
export function expectedPairMs(record: CalibrationRecord, hasBaseline: boolean): number {
  const launchMs = record.launchMs + (record.warmups + record.values) * record.valueMs;
  return (hasBaseline ? 2 : 1) * record.launches * launchMs;
}
