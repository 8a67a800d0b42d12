// The steps of every build: fetch the files, make an empty environment, install, look whether what is there is what the lock says and fits
// together, compile. The tool comes in as an Installer. An environment is built where it will stay; whether one is there already is not asked here (with-cache.ts).
//
// Who may do what: fetching happens in the agent; installing runs in the sandbox, without network when every file is
// here, and runs no code of the stack unless sdists are allowed; compiling runs the base interpreter and may write the new
// environment alone; looking starts nothing.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { createWorkspace } from '../sandbox/workspace.ts';
import { BoundedLog } from './bounded-log.ts';
import { buildFailureOf } from './build-failure.ts';
import { BuildRun } from './build-run.ts';
import type { Builder, BuildRequest, BuildResult, BuiltEnvironment } from './builder.ts';
import { checkInstalled } from './check-installed.ts';
import { checkRequirements } from './check-requirements.ts';
import { fetchFiles, type FetchedFiles } from './fetch-files.ts';
import type { StackBuilderOptions } from './build-options.ts';
import { planFiles } from './plan-files.ts';
import { requirementsOf } from './requirements-lines.ts';

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

interface StepContext {
  readonly log: BoundedLog;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

async function buildSteps(
  options: StackBuilderOptions,
  request: BuildRequest,
  context: StepContext,
): Promise<BuiltEnvironment> {
  const { environments, clock } = options;
  const startedMs = clock.monotonicMs();
  const key = await environments.keyOf(request);
  const plan = planFiles(request.stack.packages, request.allowSdists);
  const say = (line: string): void => context.log.append(`${line}\n`);
  const fetched = await fetchFiles(plan, options.fetch, say, context.signal);
  say(`${fetched.reused} of ${plan.length} files are here from earlier builds`);
  const requirements = requirementsOf(fetched.files);
  await environments.clear(key);
  await mkdir(options.paths.cache, { recursive: true });
  await using workspace = await createWorkspace(options.paths.workspaces, `${key}-${options.nextId()}`);
  const requirementsPath = join(workspace.path, 'requirements.txt');
  await writeFile(requirementsPath, requirements.text);
  say(requirements.text.trimEnd());
  const prefix = environments.prefixOf(key);
  const python = environments.pythonOf(key);
  const run = new BuildRun(options, request, context, {
    target: { interpreter: request.interpreter, prefix, python },
    workspace: workspace.path,
  });
  await run.create();
  try {
    await run.install({
      requirementsPath,
      allHashed: requirements.allHashed,
      allowSdists: request.allowSdists,
      indexes: request.indexes.filter((index) => requirements.indexes.includes(index.name)),
      cacheDirectory: options.paths.cache,
    });
  } catch (error) {
    throw (await damageOf(fetched.files, options, context.signal)) ?? error;
  }
  checkRequirements(await checkInstalled(prefix, request.stack.packages), request.stack);
  await run.compile();
  return {
    key,
    prefix,
    python,
    builder: options.installer.name,
    reused: false,
    durationMs: clock.monotonicMs() - startedMs,
    downloadedBytes: fetched.downloadedBytes,
    files: { needed: plan.length, reused: fetched.reused },
  };
}

/**
 * What the tool objects to may be our own doing: a file that was whole when it was fetched and is not any more (a disk that
 * fails, a crash before all of it was written). It is removed, so that the next build fetches it again.
 */
async function damageOf(
  files: FetchedFiles['files'],
  { fetch }: StackBuilderOptions,
  signal: AbortSignal,
): Promise<TroopError | null> {
  for (const { filename, local } of files) {
    if (signal.aborted) return null;
    if (local === null || (await fetch.store.verify(local))) continue;
    return new TroopError('TROOP-1426', { file: filename ?? local.path });
  }
  return null;
}
