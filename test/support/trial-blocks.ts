// Raw blocks as an agent would send them, with round numbers: every candidate takes twice the time of the baseline.
import type {
  Arm,
  BlockRecord,
  LaunchRecord,
  MeasuredValue,
  PairRecord,
} from '../../shared/measurement/block.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';

const BASELINE_NS = 1_000;

function launch(arm: Arm, stackId: string, wallNs: number): LaunchRecord {
  const values = [0, 1].map((order): MeasuredValue => ({
    loops: 1,
    wallNs,
    cpuNs: wallNs,
    involuntarySwitches: 0,
    minorFaults: 0,
    majorFaults: 0,
    order,
  }));
  return {
    arm,
    stackId,
    order: arm === 'baseline' ? 0 : 1,
    cores: null,
    paddingBytes: 0,
    hashSeed: 1,
    warmups: [],
    values,
    importNs: 1,
    prepareNs: 1,
    firstCallNs: wallNs,
    peakMemoryBytes: 1_000_000,
    end: 'exited',
    exitCode: 0,
    signal: null,
    stderrTail: `text with NUL ${String.fromCodePoint(0)}`,
    answer: [1],
    sandbox: { kind: 'none', weaknesses: [] },
    libraries: null,
    threads: {},
    pythonVersion: '3.11.7',
  };
}

/** Block `n`, with a pair for each candidate (alone when there is no baseline). */
export function blockOf(
  n: number,
  baseline: LockedStack | null,
  candidates: readonly LockedStack[],
  benchmark = 'matmul',
): BlockRecord {
  const jitter = 1 + (n % 3) / 1000;
  return {
    block: n,
    attempt: 0,
    startedAtMs: 0,
    pairs: candidates.map(({ stack_id: id }): PairRecord => ({
      benchmark,
      candidateStackId: id,
      mode: 'interleaved',
      phase: 'ABBA',
      launches: [
        ...(baseline === null ? [] : [launch('baseline', baseline.stack_id, BASELINE_NS)]),
        launch('candidate', id, 2 * BASELINE_NS * jitter),
      ],
    })),
    load: null,
    valid: true,
    invalidReason: null,
  };
}
