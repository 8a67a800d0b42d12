// From a granted trial to the harness: what it takes from the wire, and the silence around every block.
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Trial } from '../../shared/protocol/claim-message.ts';
import { readAllowedCores } from '../benchmark/allowed-cores.ts';
import { measureTrial, type TrialListener } from '../benchmark/measure-trial.ts';
import { builtInIndicators } from '../benchmark/program-paths.ts';
import { DEFAULT_LIMITS, type TrialBenchmark, type TrialStack } from '../benchmark/trial.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Lease } from './lease.ts';
import type { QuietGate } from './quiet-gate.ts';
import type { BuiltStack, Measure, MeasureRequest } from './run-trial.ts';

export interface MeasureOptions {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly quiet: QuietGate;
  readonly lease: Lease;
  /** The agent's own state, which measured code must not see. */
  readonly hiddenPaths: readonly string[];
}

const readText = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);

export function measureBuilt(options: MeasureOptions): Measure {
  return async (request, signal) => {
    const { trial } = request;
    // A baseline whose candidates all failed to build is still worth its own numbers.
    const isAlone = request.candidates.length === 0 && request.baseline !== null;
    const candidates = isAlone && request.baseline !== null ? [request.baseline] : request.candidates;
    const baseline = isAlone ? null : request.baseline;
    try {
      const result = await measureTrial(
        {
          baseline: baseline === null ? null : trialStack(baseline, trial),
          candidates: candidates.map((built) => trialStack(built, trial)),
          benchmarks: trial.benchmarks.map((spec) => trialBenchmark(spec, request)),
          blocks: trial.blocks,
          seed: trial.seed,
          pace: trial.pace,
          cores: await readAllowedCores(readText),
        },
        {
          sandbox: options.sandbox,
          clock: options.clock,
          limits: limitsOf(trial),
          workspace: request.workspace,
          hiddenPaths: options.hiddenPaths,
          signal,
          indicators: builtInIndicators,
          readText,
        },
        listener(options, request),
      );
      signal.throwIfAborted();
      return result.failures;
    } finally {
      options.quiet.open();
    }
  };
}

function listener(options: MeasureOptions, request: MeasureRequest): TrialListener {
  return {
    onCalibrated: request.onCalibrated,
    beforeBlock: async (expectedMs) => {
      await options.lease.beforeSilence(expectedMs);
      options.quiet.close();
    },
    onBlock: async (record) => {
      options.quiet.open();
      await request.onBlock(record);
    },
  };
}

const trialStack = ({ stack, environment }: BuiltStack, trial: Trial): TrialStack => ({
  stackId: stack.stack_id,
  environment,
  packages: stack.packages.map((one) => one.name),
  variables: trial.environment.variables ?? {},
});

function trialBenchmark(spec: Trial['benchmarks'][number], request: MeasureRequest): TrialBenchmark {
  const path = 'script' in spec ? request.scriptPaths.get(spec.script.sha256) : undefined;
  return path === undefined ? { spec } : { spec, scriptPath: path };
}

const limitsOf = ({ limits }: Trial): typeof DEFAULT_LIMITS => ({
  ...DEFAULT_LIMITS,
  launchMs: limits.launchMs,
  loadMs: Math.min(DEFAULT_LIMITS.loadMs, limits.launchMs),
  valueMs: Math.min(DEFAULT_LIMITS.valueMs, limits.launchMs),
  memoryBytes: limits.memoryBytes,
  outputBytes: limits.outputBytes,
  processes: limits.processes,
});
