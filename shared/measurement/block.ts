// The raw record of a measurement, as the agent sends it and the database keeps it: value < launch < block < trial.
// Plain JSON values, units in the names; every value is kept with where and when it was taken, nothing is averaged here.
import type { TrialFailure } from './benchmark.ts';

/** One timed stretch of `loops` calls, taken inside the measured process (never timed from outside it). */
export interface MeasuredValue {
  readonly loops: number;
  readonly wallNs: number;
  /** Of all threads, without waiting and without steal. */
  readonly cpuNs: number;
  /** How often the process was pre-empted. */
  readonly involuntarySwitches: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** Position among all values of the pair in this block, of both arms, from 0 in the order taken. */
  readonly order: number;
  /** Numbers that a script reported under `@result`; absent for indicators. */
  readonly metrics?: Readonly<Record<string, number>>;
}

export type Arm = 'baseline' | 'candidate';

/** Why a launch ended: as the sandbox says it. */
export type LaunchEnd =
  'exited' | 'signalled' | 'timed_out' | 'out_of_memory' | 'output_limit' | 'process_limit' | 'killed';

/** One process, from its start to its end. Null means that it did not come so far, or that the system does not tell. */
export interface LaunchRecord {
  readonly arm: Arm;
  readonly stackId: string;
  /** Position among the launches of the pair in this block, from 0 in the order started. */
  readonly order: number;
  /** Logical CPUs that it was pinned to; null when not pinned. */
  readonly cores: readonly number[] | null;
  /** Length of a meaningless environment variable: the size of the environment moves the stack (Mytkowicz 2009). */
  readonly paddingBytes: number;
  readonly hashSeed: number;
  readonly warmups: readonly MeasuredValue[];
  readonly values: readonly MeasuredValue[];
  /** Importing the indicator, with the packages that it needs. */
  readonly importNs: number | null;
  readonly prepareNs: number | null;
  /** The very first call: compilation and caches included, never mixed into the values. */
  readonly firstCallNs: number | null;
  /** VmHWM of the process (of a script: the kernel's maximum over it and its children). */
  readonly peakMemoryBytes: number | null;
  readonly end: LaunchEnd;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The last thousand characters; a failure has more of them. */
  readonly stderrTail: string;
  /** The numerical answer after the last value; a number that JSON cannot hold is its name, such as `nan`. */
  readonly answer: readonly (number | string)[] | null;
  readonly sandbox: { readonly kind: string; readonly weaknesses: readonly string[] };
  /** File names of the BLAS, OpenMP and GPU libraries that were mapped at the end. */
  readonly libraries: readonly string[] | null;
  /** The thread variables that it was given, such as `OMP_NUM_THREADS`. */
  readonly threads: Readonly<Record<string, string>>;
  readonly pythonVersion: string | null;
}

/** One candidate against the baseline (or alone, in a trial without one), with one benchmark, once. */
export interface PairRecord {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly candidateStackId: string;
  /** Interleaved: two resident workers, values in turn. Sequential: launch by launch. */
  readonly mode: 'interleaved' | 'sequential';
  /** Which arm comes first in the pattern of values (or of launches): ABBA begins with the baseline, BAAB with the candidate. */
  readonly phase: 'ABBA' | 'BAAB';
  readonly launches: readonly LaunchRecord[];
  /** Set when it broke; its launches are then kept as evidence and do not count. */
  readonly failure?: TrialFailure;
}

/** What else the machine did during the block; null where the system does not tell, never a guessed 0. */
export interface BlockLoad {
  readonly durationMs: number;
  /** At the end of the block. */
  readonly loadAverage1m: number | null;
  /** Share of all CPU time that the hypervisor gave to others, 0 to 1. */
  readonly stealShare: number | null;
  /** Share of the time in which something waited for CPU, memory or disk, 0 to 1 (PSI "some"). */
  readonly cpuPressureShare: number | null;
  readonly memoryPressureShare: number | null;
  readonly ioPressureShare: number | null;
  readonly swappedInPages: number | null;
  /** How far the wall clock moved against the monotonic one: a suspend or a set clock. */
  readonly clockJumpMs: number;
}

export interface BlockRecord {
  /** From 0; a repeated block has the number of the one that it replaces. */
  readonly block: number;
  /** 0, or more when an earlier attempt of the same block was disturbed. */
  readonly attempt: number;
  /** UTC, milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly pairs: readonly PairRecord[];
  readonly load: BlockLoad | null;
  /** Whether the block counts. Decided from telemetry alone, never from the values. */
  readonly valid: boolean;
  /** What the telemetry objected to; on a block that counts: kept although noisy, because no more may be repeated. */
  readonly invalidReason: string | null;
}
