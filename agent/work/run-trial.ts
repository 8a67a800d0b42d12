// One granted trial, from the claim to its last message: build every stack, measure what was built against the baseline,
// say at the end what is left. It always ends with an end message (or, when the lease is lost, with none), never throws,
// and leaves nothing behind but cached environments and spooled messages.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { TrialFailure, CalibrationRecord } from '../../shared/measurement/benchmark.ts';
import type { BlockRecord } from '../../shared/measurement/block.ts';
import type { Trial } from '../../shared/protocol/claim-message.ts';
import type { EndMessage } from '../../shared/protocol/trial-messages.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { BuildResult, Builder, BuiltEnvironment, EnvironmentUse } from '../build/builder.ts';
import type { Workspace } from '../sandbox/workspace.ts';
import type { GrantedClaim } from './claim-loop.ts';
import type { StopReason } from './lease.ts';
import { EXCERPT_CHARACTERS, failureOf, type TrialOutbox } from './trial-outbox.ts';

export interface BuiltStack {
  readonly stack: LockedStack;
  readonly environment: BuiltEnvironment;
}

export interface MeasureRequest {
  readonly trial: Trial;
  readonly baseline: BuiltStack | null;
  readonly candidates: readonly BuiltStack[];
  /** Script content on this machine by SHA-256. */
  readonly scriptPaths: ReadonlyMap<string, string>;
  readonly workspace: string;
  readonly onCalibrated: (record: CalibrationRecord) => void;
  readonly onBlock: (record: BlockRecord) => Promise<void>;
}

/** Takes the blocks; resolves with what could not be measured, rejects only on a defect or when `signal` aborts. */
export type Measure = (request: MeasureRequest, signal: AbortSignal) => Promise<readonly TrialFailure[]>;

export interface RunTrialOptions {
  readonly claim: GrantedClaim;
  readonly outbox: TrialOutbox;
  readonly builder: Builder;
  readonly measure: Measure;
  /** The interpreter that serves the trial's environment; null when this machine has none any more. */
  readonly interpreterFor: (trial: Trial) => string | null;
  readonly fetchScripts: (
    trial: Trial,
    folder: string,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, string>>;
  readonly openWorkspace: (id: string) => Promise<Workspace>;
  /** Keeps the environments of the trial until its end. */
  readonly openUse: () => EnvironmentUse & AsyncDisposable;
  readonly hardwareDigest: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts with a `StopReason` as its reason. */
  readonly signal: AbortSignal;
  readonly onPhase: (phase: 'build' | 'measure', durationMs: number) => void;
}

type Ending = Pick<EndMessage, 'ending' | 'reason' | 'failures'>;

export async function runTrial(options: RunTrialOptions): Promise<EndMessage['ending'] | StopReason> {
  const { clock, claim, signal } = options;
  const startedAt = new Date(clock.nowMs()).toISOString();
  let ending: Ending;
  try {
    ending = await buildAndMeasure(options);
  } catch (error) {
    if (!signal.aborted) options.logger.error({ err: error, jobId: claim.jobId }, 'a trial broke off');
    ending = {
      ending: 'aborted',
      reason: signal.aborted ? stopReason(signal) : reasonOf(error),
      failures: [],
    };
  }
  if (signal.aborted && stopReason(signal) === 'lost') return 'lost';
  await options.outbox.end({
    ...ending,
    hardwareDigest: options.hardwareDigest,
    startedAt,
    finishedAt: new Date(clock.nowMs()).toISOString(),
  });
  return ending.ending;
}

async function buildAndMeasure(options: RunTrialOptions): Promise<Ending> {
  const { claim, clock, signal } = options;
  const { trial } = claim;
  const interpreter = options.interpreterFor(trial);
  if (interpreter === null) {
    const error = new TroopError('TROOP-1209', {
      python: trial.environment.python,
      platform: trial.environment.platform,
    });
    return { ending: 'aborted', reason: error.message, failures: [] };
  }
  await using workspace = await options.openWorkspace(`${claim.jobId}-${claim.epoch}`);
  // Apart, since measured code may write into its launch's folder and never into that of the scripts.
  const scripts = await workspace.makeFolder('scripts');
  const launches = await workspace.makeFolder('launches');
  const scriptPaths = await options.fetchScripts(trial, scripts, signal);

  const buildStartedMs = clock.monotonicMs();
  await using use = options.openUse();
  const built = await buildAll(options, { interpreter, use });
  options.onPhase('build', clock.monotonicMs() - buildStartedMs);
  signal.throwIfAborted();
  const isMeasurable = built !== null && (built.candidates.length > 0 || built.baseline !== null);
  if (!isMeasurable) return { ending: 'completed', reason: null, failures: [] };

  const measureStartedMs = clock.monotonicMs();
  const failures = await measureAll(options, { ...built, scriptPaths, workspace: launches });
  options.onPhase('measure', clock.monotonicMs() - measureStartedMs);
  return { ending: 'completed', reason: null, failures };
}

interface Built {
  readonly baseline: BuiltStack | null;
  readonly candidates: readonly BuiltStack[];
}

interface BuildPlace {
  readonly interpreter: string;
  readonly use: EnvironmentUse;
}

/** Null when there is a baseline and it could not be built: without it nothing can be compared. */
async function buildAll(options: RunTrialOptions, place: BuildPlace): Promise<Built | null> {
  const { trial } = options.claim;
  const baseline =
    trial.baseline === null ? null : await buildOne(options, trial.baseline, 'baseline', place);
  if (trial.baseline !== null && baseline === null) return null;
  const candidates: BuiltStack[] = [];
  for (const stack of trial.candidates) {
    const built = await buildOne(options, stack, 'candidate', place);
    if (built !== null) candidates.push(built);
  }
  return { baseline, candidates };
}

async function buildOne(
  options: RunTrialOptions,
  stack: LockedStack,
  role: 'baseline' | 'candidate',
  place: BuildPlace,
): Promise<BuiltStack | null> {
  const { trial } = options.claim;
  const { indexes, allowSdists, limits } = trial;
  options.signal.throwIfAborted();
  const result: BuildResult = await options.builder.build(
    { stack, indexes, allowSdists, timeoutMs: limits.buildMs, ...place },
    options.signal,
  );
  // A build that was stopped from outside says nothing about the stack.
  options.signal.throwIfAborted();
  await options.outbox.build(stack.stack_id, role, result);
  options.logger.info(
    { stackId: stack.stack_id, role, built: result.ok },
    'a stack was built or failed to build',
  );
  return result.ok ? { stack, environment: result.environment } : null;
}

async function measureAll(
  options: RunTrialOptions,
  built: Built & { readonly scriptPaths: ReadonlyMap<string, string>; readonly workspace: string },
): Promise<Ending['failures']> {
  const unsaid: CalibrationRecord[] = [];
  const failures = await options.measure(
    {
      trial: options.claim.trial,
      ...built,
      onCalibrated: (record) => {
        unsaid.push(record);
      },
      onBlock: (record) => options.outbox.block(record, unsaid.splice(0)),
    },
    options.signal,
  );
  return failures.map((failure) => {
    const error = new TroopError(failure.code, failure.facts);
    return {
      stackId: failure.stackId,
      benchmark: failure.benchmark,
      failure: {
        ...failureOf(failure, { code: failure.code, message: failure.message, hint: error.hint }),
        ...(failure.stderrTail === '' ? {} : { excerpt: failure.stderrTail.slice(-EXCERPT_CHARACTERS) }),
      },
    };
  });
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 400);

const stopReason = (signal: AbortSignal): string =>
  typeof signal.reason === 'string' ? signal.reason : 'shutdown';
