// What is asked of a stack: an indicator of ours or a script of the user, with parameters. Plain JSON values that cross
// the wire and lie in the database; a benchmark is the same benchmark when its key is.
import type { ErrorFacts } from '../errors/troop-error.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import type { Cause, Outcome, Phase } from '../inspection/outcome.ts';

export type ParameterValue = string | number | boolean | readonly string[];
export type Parameters = Readonly<Record<string, ParameterValue>>;

export interface IndicatorBenchmark {
  readonly indicator: string;
  readonly parameters: Parameters;
}

export interface ScriptBenchmark {
  /** SHA-256 in hex of the content, and the file name that it was given under. */
  readonly script: { readonly sha256: string; readonly name: string };
  readonly parameters: Parameters;
}

export type BenchmarkSpec = IndicatorBenchmark | ScriptBenchmark;

/**
 * The identity of a benchmark, such as `matmul(size=512)` or `bench.py@9f86d081884c(SIZE="3")`: stable under the order
 * of parameters, equal exactly when indicator (or content of the script) and parameters are.
 */
export function benchmarkKey(spec: BenchmarkSpec): string {
  const parameters = Object.entries(spec.parameters)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
  const name =
    'indicator' in spec ? spec.indicator : `${spec.script.name}@${spec.script.sha256.slice(0, 12)}`;
  return parameters === '' ? name : `${name}(${parameters})`;
}

export interface MetricDefinition {
  /** `wall`, `cpu`, `peak_memory`, `first_call`, or a name under `@result` of a script. */
  readonly name: string;
  /** `ns`, `ms`, `bytes`, `1/s`; empty when nobody said. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: 'lower' | 'higher';
}

export const WALL: MetricDefinition = { name: 'wall', unit: 'ns', direction: 'lower' };
export const CPU: MetricDefinition = { name: 'cpu', unit: 'ns', direction: 'lower' };
export const PEAK_MEMORY: MetricDefinition = { name: 'peak_memory', unit: 'bytes', direction: 'lower' };
export const FIRST_CALL: MetricDefinition = { name: 'first_call', unit: 'ns', direction: 'lower' };

/** The definition of a number that a script reports: the two that Thoth's tools expect, else lower is taken as better. */
export function scriptMetric(name: string): MetricDefinition {
  if (name === 'elapsed') return { name, unit: 'ms', direction: 'lower' };
  if (name === 'rate') return { name, unit: '1/s', direction: 'higher' };
  return { name, unit: '', direction: 'lower' };
}

/** What calibration on the baseline found; the same for every stack of the trial, so that all do the same work. */
export interface CalibrationRecord {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly mode: 'interleaved' | 'sequential';
  /** Calls of the benchmark in one value. */
  readonly loops: number;
  /** Values that each launch takes before those that count. */
  readonly warmups: number;
  /** Values that count in one launch. */
  readonly values: number;
  /** Launches of each arm in one block. */
  readonly launches: number;
  /** About how long one value, and the start of one launch, last. */
  readonly valueMs: number;
  readonly launchMs: number;
}

/** A stack that could not be measured with a benchmark: decided for this pair, the other pairs go on. */
export interface TrialFailure {
  /** Key of the benchmark. */
  readonly benchmark: string;
  readonly stackId: string;
  /** A failing baseline leaves its candidates undecided; a failing candidate is a finding about that candidate. */
  readonly arm: 'baseline' | 'candidate';
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly phase: Phase;
  readonly code: ErrorCode;
  readonly message: string;
  readonly facts: ErrorFacts;
  /** The last bytes that the process wrote to stderr; empty when it never started. */
  readonly stderrTail: string;
}
