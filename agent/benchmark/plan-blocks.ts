// The schedule of a trial as a pure function of its seed: who is started first, on which cores, with how much padding and
// which hash seed, which arm's value comes first. Randomising these turns the bias of memory layout and of position into
// noise that the blocks average out (Mytkowicz 2009; reference/measure.md C3). Each pair draws from a stream of its own,
// so that dropping one pair changes nothing for the others.
import type { Arm, PairRecord } from '../../shared/measurement/block.ts';
import { seededRandom, type Random } from '../../shared/runtime/random.ts';

export interface LaunchDraw {
  readonly arm: Arm;
  readonly paddingBytes: number;
  readonly hashSeed: number;
}

export interface PlannedBenchmark {
  readonly key: string;
  readonly mode: PairRecord['mode'];
  readonly threads: number;
  /** Launches of each arm in one block; 1 when interleaved. */
  readonly launches: number;
}

export interface PairPlan {
  readonly benchmark: string;
  readonly candidateStackId: string;
  readonly mode: PairRecord['mode'];
  readonly phase: PairRecord['phase'];
  /** Null where processes cannot be pinned. */
  readonly cores: readonly number[] | null;
  /** In the order of starting. */
  readonly launches: readonly LaunchDraw[];
}

export interface BlockRequest {
  readonly seed: string;
  readonly block: number;
  readonly attempt: number;
  readonly benchmarks: readonly PlannedBenchmark[];
  readonly candidateStackIds: readonly string[];
  readonly hasBaseline: boolean;
  /** Logical CPUs that may be used; empty where processes cannot be pinned. */
  readonly cores: readonly number[];
}

const PADDINGS = 4096;
const HASH_SEEDS = 2 ** 32;

/** The arms of `count` pairs of turns: ABBA ABBA…, or BAAB BAAB…; both arms come equally often. */
export function armSequence(phase: PairRecord['phase'], count: number): readonly Arm[] {
  const first: Arm = phase === 'ABBA' ? 'baseline' : 'candidate';
  const second: Arm = phase === 'ABBA' ? 'candidate' : 'baseline';
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0 ? [first, second] : [second, first],
  ).flat();
}

/** Padding and hash seed of one process. */
export function drawLaunch(random: Random, arm: Arm): LaunchDraw {
  return { arm, paddingBytes: random.nextBelow(PADDINGS), hashSeed: random.nextBelow(HASH_SEEDS) };
}

/** As many different cores as there are threads (all, when there are fewer), in ascending order. */
export function drawCores(
  random: Random,
  cores: readonly number[],
  threads: number,
): readonly number[] | null {
  if (cores.length === 0) return null;
  return random
    .shuffled(cores)
    .slice(0, threads)
    .toSorted((left, right) => left - right);
}

function launchArms(benchmark: PlannedBenchmark, request: BlockRequest, random: Random): readonly Arm[] {
  if (!request.hasBaseline) return Array.from({ length: benchmark.launches }, () => 'candidate' as const);
  if (benchmark.mode === 'interleaved') return random.shuffled(['baseline', 'candidate'] as const);
  return armSequence(random.nextBelow(2) === 0 ? 'ABBA' : 'BAAB', benchmark.launches);
}

function planPair(benchmark: PlannedBenchmark, candidateStackId: string, request: BlockRequest): PairPlan {
  const random = seededRandom(
    `${request.seed}/block/${request.block}.${request.attempt}/${benchmark.key}/${candidateStackId}`,
  );
  const cores = drawCores(random, request.cores, benchmark.threads);
  const drawnPhase = random.nextBelow(2) === 0 ? 'ABBA' : 'BAAB';
  const launches = launchArms(benchmark, request, random).map((arm) => drawLaunch(random, arm));
  // Launch by launch, the order of the launches is the phase.
  const phaseOfLaunches = launches[0]?.arm === 'candidate' ? 'BAAB' : 'ABBA';
  return {
    benchmark: benchmark.key,
    candidateStackId,
    mode: benchmark.mode,
    phase: benchmark.mode === 'interleaved' ? drawnPhase : phaseOfLaunches,
    cores,
    launches,
  };
}

/** All pairs of one block in the order to run: the benchmarks rotate, the candidates of each come in a random order. */
export function planBlock(request: BlockRequest): readonly PairPlan[] {
  const { benchmarks, block, attempt, seed } = request;
  const shift = benchmarks.length === 0 ? 0 : block % benchmarks.length;
  const rotated = [...benchmarks.slice(shift), ...benchmarks.slice(0, shift)];
  return rotated.flatMap((benchmark) =>
    seededRandom(`${seed}/order/${block}.${attempt}/${benchmark.key}`)
      .shuffled(request.candidateStackIds)
      .map((candidateStackId) => planPair(benchmark, candidateStackId, request)),
  );
}
