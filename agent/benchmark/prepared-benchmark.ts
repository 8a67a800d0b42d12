// A benchmark that is ready to be launched: its program found, its parameters complete. Everything that can be wrong with
// the question itself is refused here, before any process is started.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { benchmarkKey, type Parameters } from '../../shared/measurement/benchmark.ts';
import type { AnswerTolerance, IndicatorDescriptor } from '../../shared/measurement/indicators/indicator.ts';
import {
  completeParameters,
  findIndicator,
  type IndicatorRegistry,
} from '../../shared/measurement/indicators/registry.ts';
import type { Verdict } from './launch-failure.ts';
import type { TrialBenchmark, TrialStack } from './trial.ts';

interface PreparedBase {
  readonly key: string;
  readonly parameters: Parameters;
  readonly threads: number;
}

export interface PreparedIndicator extends PreparedBase {
  readonly kind: 'indicator';
  readonly descriptor: IndicatorDescriptor;
  readonly tolerance: AnswerTolerance;
  /** Absolute path of its Python file. */
  readonly programPath: string;
}

export interface PreparedScript extends PreparedBase {
  readonly kind: 'script';
  readonly name: string;
  readonly scriptPath: string;
}

export type PreparedBenchmark = PreparedIndicator | PreparedScript;

/** Which indicators there are, and where their programs lie; a test brings its own. */
export interface IndicatorSource {
  readonly registry: IndicatorRegistry;
  readonly programPath: (name: string) => string;
}

/** @throws TROOP-1502 when the benchmark is not valid */
export function prepareBenchmark(benchmark: TrialBenchmark, source: IndicatorSource): PreparedBenchmark {
  const { spec, scriptPath } = benchmark;
  const key = benchmarkKey(spec);
  if ('script' in spec) {
    if (scriptPath === undefined) {
      throw new TroopError('TROOP-1502', { benchmark: key, reason: 'its script is not on this machine' });
    }
    return {
      kind: 'script',
      key,
      parameters: spec.parameters,
      threads: 1,
      name: spec.script.name,
      scriptPath,
    };
  }
  const descriptor = findIndicator(spec.indicator, source.registry);
  const parameters = completeParameters(descriptor, spec.parameters);
  const threads = parameters['threads'];
  return {
    kind: 'indicator',
    key,
    parameters,
    threads: typeof threads === 'number' ? threads : 1,
    descriptor,
    tolerance: descriptor.tolerance,
    programPath: source.programPath(descriptor.name),
  };
}

/** Whether values of both arms can be taken in turn: spinning threads of an idle partner would disturb the active one. */
export function isInterleaved(benchmark: PreparedBenchmark): boolean {
  return (
    benchmark.kind === 'indicator' && benchmark.descriptor.launch === 'resident' && benchmark.threads === 1
  );
}

/** The verdict on a stack that lacks a package which the indicator needs: the question does not fit the stack. */
export function missingPackage(benchmark: PreparedBenchmark, stack: TrialStack): Verdict | null {
  if (benchmark.kind === 'script') return null;
  const missing = benchmark.descriptor.packages.find((name) => !stack.packages.includes(name));
  if (missing === undefined) return null;
  const facts = { benchmark: benchmark.key, package: missing };
  return { outcome: 'failed', cause: 'user', phase: 'import', code: 'TROOP-1514', facts };
}
