// Records of launches and blocks for tests of the estimates: only what the test is about is told, the rest is filled in.
import type {
  BlockRecord,
  LaunchRecord,
  MeasuredValue,
  PairRecord,
} from '../../../shared/measurement/block.ts';

export function valueOf(wallNs: number, more: Partial<MeasuredValue> = {}): MeasuredValue {
  return {
    loops: 1,
    wallNs,
    cpuNs: wallNs,
    involuntarySwitches: 0,
    minorFaults: 0,
    majorFaults: 0,
    order: 0,
    ...more,
  };
}

export function launchOf(
  arm: 'baseline' | 'candidate',
  walls: readonly number[],
  more: Partial<LaunchRecord> = {},
): LaunchRecord {
  return {
    arm,
    stackId: arm === 'baseline' ? 'sha256:base' : 'sha256:cand',
    order: arm === 'baseline' ? 0 : 1,
    cores: [0],
    paddingBytes: 0,
    hashSeed: 1,
    warmups: [],
    values: walls.map((wall) => valueOf(wall)),
    importNs: 1,
    prepareNs: 1,
    firstCallNs: 1,
    peakMemoryBytes: 1024,
    end: 'exited',
    exitCode: 0,
    signal: null,
    stderrTail: '',
    answer: null,
    sandbox: { kind: 'process-group', weaknesses: [] },
    libraries: [],
    threads: {},
    pythonVersion: '3.11.7',
    ...more,
  };
}

export function pairOf(launches: readonly LaunchRecord[], more: Partial<PairRecord> = {}): PairRecord {
  return {
    benchmark: 'hello',
    candidateStackId: 'sha256:cand',
    mode: 'interleaved',
    phase: 'ABBA',
    launches,
    ...more,
  };
}

export function blockOf(
  block: number,
  pairs: readonly PairRecord[],
  more: Partial<BlockRecord> = {},
): BlockRecord {
  return { block, attempt: 0, startedAtMs: 0, pairs, load: null, valid: true, invalidReason: null, ...more };
}
