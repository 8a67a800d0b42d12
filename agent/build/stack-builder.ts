// The steps of every build: fetch the files, look what is kept of earlier builds, make the environment (make-environment.ts).
// The tool comes in as an Installer. An environment is built where it will stay; whether one is there already is not asked here
// (with-cache.ts).
//
// Who may do what: fetching happens in the agent; installing runs in the sandbox, without network when every file is
// here, and runs no code of the stack unless sdists are allowed; compiling runs the base interpreter and may write the new
// environment alone; looking starts nothing.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { BoundedLog } from './bounded-log.ts';
import type { StackBuilderOptions } from './build-options.ts';
import { buildFailureOf } from './build-failure.ts';
import type { RunContext } from './build-run.ts';
import type { Builder, BuildRequest, BuildResult, BuiltEnvironment } from './builder.ts';
import { fetchFiles } from './fetch-files.ts';
import { findKept } from './kept/find-kept.ts';
import { makeEnvironment } from './make-environment.ts';
import { planFiles } from './plan-files.ts';

export function stackBuilder(options: StackBuilderOptions): Builder {
  return {
    name: options.installer.name,
    build: async (request, signal) => {
      const log = new BoundedLog();
      const deadline = startDeadline(options.clock, request.timeoutMs, signal);
      try {
        const environment = await buildSteps(options, request, { log, ...deadline });
        return { ok: true, environment, log: options.redact(log.text()) };
      } catch (error) {
        return failed(options, request, { log, error: deadline.explain(error) });
      } finally {
        deadline.stop();
      }
    },
  };
}

function failed(
  options: StackBuilderOptions,
  request: BuildRequest,
  what: { log: BoundedLog; error: unknown },
): BuildResult {
  const failure = buildFailureOf(what.error, request.allowSdists);
  if (failure === null) throw what.error;
  what.log.append(`error[${failure.error.code}]: ${failure.error.message}\n`);
  return { ok: false, failure, log: options.redact(what.log.text()) };
}

interface Deadline {
  readonly signal: AbortSignal;
  remainingMs(): number;
  stop(): void;
  /** What an error really is, when it only follows from the end of the time or from the caller's signal. */
  explain(error: unknown): unknown;
}

function startDeadline(clock: Clock, timeoutMs: number, cancelled: AbortSignal): Deadline {
  const startedMs = clock.monotonicMs();
  const over = new AbortController();
  const stopped = new AbortController();
  void clock.sleep(timeoutMs, stopped.signal).then(() => {
    if (!stopped.signal.aborted) over.abort();
  });
  return {
    signal: AbortSignal.any([cancelled, over.signal]),
    remainingMs: () => timeoutMs - (clock.monotonicMs() - startedMs),
    stop: () => stopped.abort(),
    explain: (error) => {
      if (cancelled.aborted) return new TroopError('TROOP-1417', {}, { cause: error });
      if (over.signal.aborted) return new TroopError('TROOP-1412', { timeoutMs }, { cause: error });
      return error;
    },
  };
}

async function buildSteps(
  options: StackBuilderOptions,
  request: BuildRequest,
  context: RunContext,
): Promise<BuiltEnvironment> {
  const { environments, clock } = options;
  const startedMs = clock.monotonicMs();
  const key = await environments.keyOf(request);
  const plan = planFiles(request.stack.packages, request.allowSdists);
  const say = (line: string): void => context.log.append(`${line}\n`);
  const fetched = await fetchFiles(plan, options.fetch, say, context.signal);
  say(`${fetched.reused} of ${plan.length} files are here from earlier builds`);
  const prefix = environments.prefixOf(key);
  const python = environments.pythonOf(key);
  const target = { interpreter: request.interpreter, prefix, python };
  const parts = await findKept(options.kept, options.installer.name, request, fetched.files);
  const made = await makeEnvironment({ options, request, context, key, target, say }, parts);
  return {
    key,
    prefix,
    python,
    builder: options.installer.name,
    reused: false,
    durationMs: clock.monotonicMs() - startedMs,
    downloadedBytes: fetched.downloadedBytes,
    files: { needed: plan.length, reused: fetched.reused },
    linkedBytes: made.linkedBytes,
    ...(made.bytes === null ? {} : { bytes: made.bytes }),
  };
}
