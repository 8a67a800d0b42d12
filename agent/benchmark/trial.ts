// What a trial is given: stacks that are built, benchmarks that are checked, limits and pace. Everything that varies
// between two runs of the same request is drawn from its seed, or is the machine.
import type { BenchmarkSpec } from '../../shared/measurement/benchmark.ts';
import type { BuiltEnvironment } from '../build/builder.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Clock } from '../../shared/runtime/clock.ts';

/** One built stack that takes part. */
export interface TrialStack {
  readonly stackId: string;
  readonly environment: Pick<BuiltEnvironment, 'prefix' | 'python'>;
  /** Normalised names of the distributions that it contains. */
  readonly packages: readonly string[];
  /** Environment variables that are a factor of the campaign; they win over our own settings. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface TrialBenchmark {
  readonly spec: BenchmarkSpec;
  /** Where the content of a script lies on this machine; needed for scripts alone. */
  readonly scriptPath?: string;
}

/** How much is measured in one launch. Defaults suit a campaign; a demonstration takes fewer and shorter values. */
export interface Pace {
  /** About how long one value lasts, in milliseconds; it ends between half and twice of that. */
  readonly valueMs: number;
  /** Values that count in one launch of a resident benchmark: even, 4 to 24; null lets calibration choose. */
  readonly values: number | null;
  /** Values before those, at least 1. */
  readonly warmups: number;
  /** Launches of each arm in one block where each value is a launch of its own. */
  readonly launches: number;
}

export const DEFAULT_PACE: Pace = { valueMs: 50, values: null, warmups: 1, launches: 2 };

/** All bounds of one launch. */
export interface LaunchLimits {
  /** From its start to its end, everything included. */
  readonly launchMs: number;
  /** Importing and preparing. */
  readonly loadMs: number;
  /** One value, or one run of a script. */
  readonly valueMs: number;
  readonly memoryBytes: number;
  readonly outputBytes: number;
  readonly processes: number;
}

export const DEFAULT_LIMITS: LaunchLimits = {
  launchMs: 1_200_000,
  loadMs: 300_000,
  valueMs: 300_000,
  memoryBytes: 8 * 1024 ** 3,
  outputBytes: 16 * 1024 ** 2,
  processes: 256,
};

/** What a launch needs beside its plan. */
export interface LaunchTools {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly limits: LaunchLimits;
  /** An existing directory; every launch gets one of its own in it that it may write to. */
  readonly workspace: string;
  readonly hiddenPaths: readonly string[];
  /** Ends the launch at once. */
  readonly signal: AbortSignal;
}
