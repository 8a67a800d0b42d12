// Building and measuring that take time and do nothing: what is true of a stack comes out, unless the fleet spoils it.
import type { Builder, BuildResult } from '../../../agent/build/builder.ts';
import type { Lease } from '../../../agent/work/lease.ts';
import type { QuietGate } from '../../../agent/work/quiet-gate.ts';
import type { Measure } from '../../../agent/work/run-trial.ts';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { benchmarkKey, type TrialFailure } from '../../../shared/measurement/benchmark.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Random } from '../../../shared/runtime/random.ts';
import { blockOf } from '../../support/trial-blocks.ts';
import { truthOf, type Scenario } from './scenario.ts';

export interface TrialStage {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly random: Random;
}

/** Half as long to half as long again. */
const around = (random: Random, ms: number): number => Math.round(ms * (0.5 + random.nextFloat()));

export function simulatedBuilder(
  { scenario, clock, random }: TrialStage,
  onSignal: (signal: AbortSignal) => void,
): Builder {
  const failed = (cause: 'stack' | 'fleet'): BuildResult => ({
    ok: false,
    log: '',
    failure: {
      outcome: 'failed',
      cause,
      phase: 'build',
      error: new TroopError('TROOP-1402', { reason: 'drawn' }).serialise(),
    },
  });
  return {
    name: 'simulated',
    build: async ({ stack }, signal) => {
      onSignal(signal);
      await clock.sleep(around(random, scenario.buildMs), signal);
      if (random.nextFloat() < scenario.fleetFailures) return failed('fleet');
      if (truthOf(scenario, stack.stack_id) === 'does not build') return failed('stack');
      const environment = { key: 'k', prefix: '/', python: '/python', builder: 'uv' as const };
      return {
        ok: true,
        log: '',
        environment: { ...environment, reused: true, durationMs: 1, downloadedBytes: 0, files: NO_FILES },
      };
    },
  };
}

/** As of an environment that was there already. */
const NO_FILES = { needed: 0, reused: 0 };

const broken = (stackId: string, benchmark: string, arm: TrialFailure['arm']): TrialFailure => ({
  benchmark,
  stackId,
  arm,
  outcome: 'failed',
  cause: 'stack',
  phase: 'run',
  code: 'TROOP-1503',
  message: 'drawn',
  facts: {},
  stderrTail: '',
});

export function simulatedMeasure(
  { scenario, clock, random }: TrialStage,
  lease: Lease,
  quiet: QuietGate,
): Measure {
  return async ({ trial, baseline, candidates, onBlock }, signal) => {
    const isAlone = candidates.length === 0;
    const stacks = (isAlone && baseline !== null ? [baseline] : candidates).map(({ stack }) => stack);
    const against = isAlone ? null : (baseline?.stack ?? null);
    const benchmark = trial.benchmarks.map(benchmarkKey)[0] ?? '';
    const breaks = (stackId: string): boolean => truthOf(scenario, stackId) === 'breaks';
    try {
      if (against !== null && breaks(against.stack_id)) {
        return [broken(against.stack_id, benchmark, 'baseline')];
      }
      const measured = stacks.filter(({ stack_id: id }) => !breaks(id));
      for (let n = 0; n < trial.blocks; n++) {
        await lease.beforeSilence(scenario.blockMs);
        quiet.close();
        await clock.sleep(around(random, scenario.blockMs), signal);
        quiet.open();
        signal.throwIfAborted();
        const block = blockOf(n, against, measured, benchmark);
        await onBlock({ ...block, valid: random.nextFloat() >= scenario.noise });
      }
      const failing = stacks.filter(({ stack_id: id }) => breaks(id));
      return failing.map(({ stack_id: id }) => broken(id, benchmark, 'candidate'));
    } finally {
      quiet.open();
    }
  };
}
