// The commands of one build, each in a sandbox that allows no more than that step needs.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { createBreather } from '../../shared/runtime/breather.ts';
import { interpreterHome } from '../sandbox/interpreter-home.ts';
import type { BoundedLog } from './bounded-log.ts';
import type { BuildRequest } from './builder.ts';
import { diagnose } from './diagnose.ts';
import type { InstallPlan, InstallTarget } from './installer.ts';
import { readTree } from './kept/read-tree.ts';
import { runTool, type ToolRun } from './run-tool.ts';
import type { StackBuilderOptions } from './build-options.ts';

export interface RunContext {
  readonly log: BoundedLog;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

export interface RunPlace {
  readonly target: InstallTarget;
  readonly workspace: string;
}

interface StepRights {
  readonly network: boolean;
  readonly writablePaths: readonly string[];
  readonly readablePaths?: readonly string[];
}

/** Fewer sources are compiled in less time than one process for each processor takes to start. */
const WORTH_WORKERS = 64;
/** A machine may have more processors than a build may have processes. */
const MOST_WORKERS = 32;

/** Where compilers and the tools of the system are; a build never sees the PATH of the agent. */
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

export class BuildRun {
  readonly #options: StackBuilderOptions;
  readonly #request: BuildRequest;
  readonly #context: RunContext;
  readonly #place: RunPlace;

  constructor(options: StackBuilderOptions, request: BuildRequest, context: RunContext, place: RunPlace) {
    this.#options = options;
    this.#request = request;
    this.#context = context;
    this.#place = place;
  }

  async create(): Promise<void> {
    const { installer, paths } = this.#options;
    const command = installer.createCommand(this.#place.target, paths.cache);
    const run = await this.#run(command, { network: false, writablePaths: [paths.installed] });
    if (!run.succeeded) throw this.#failureOf(run);
  }

  /**
   * Building a source distribution runs its code: then the new environment alone may be written, and neither the shared
   * cache nor other environments. Files are copied in place of linked.
   */
  async install(plan: InstallPlan): Promise<void> {
    const { installer, paths } = this.#options;
    const { target, workspace } = this.#place;
    const own = plan.allowSdists ? { ...plan, cacheDirectory: join(workspace, 'install-cache') } : plan;
    const run = await this.#run(installer.installCommand(target, own), {
      network: plan.indexes.some((index) => [...index.urls, ...index.findLinks].some(isRemote)),
      writablePaths: [plan.allowSdists ? target.prefix : paths.installed],
      readablePaths: [paths.wheels, ...plan.indexes.flatMap(localPlaces)],
    });
    if (!run.succeeded) throw this.#failureOf(run);
  }

  /**
   * Byte code now: else the first import of a stack would compile it, and import times would depend on who imported
   * first. The base interpreter does it, without `site`: a wheel may have put its own program where the environment's
   * Python was, and a `.pth` runs at the start. Tests are never imported; sources that do not compile (templates for
   * other Pythons) are their package's business. All environments name the same place of their sources in it, which Python
   * puts right when it imports: so they can share it, and none is slower for that.
   * @returns what it said, such as which sources do not compile
   * @throws TROOP-1416 when it did not come to its end: what it left out would be compiled by every import
   */
  async compile(): Promise<string> {
    const { interpreter, prefix } = this.#place.target;
    const library = join(prefix, 'lib');
    const tests = `${library.replaceAll(/[^A-Za-z0-9/]/g, String.raw`\$&`)}/.*/tests/`;
    const isSmall = (await this.#sourcesIn(library)) < WORTH_WORKERS;
    const workers = isSmall ? 1 : Math.min(MOST_WORKERS, availableParallelism());
    const options = ['-q', '-j', String(workers), '-d', 'lib', '-x', tests];
    const argv = [interpreter, '-I', '-S', '-m', 'compileall', ...options, library] as const;
    const { end, output } = await this.#run(argv, { network: false, writablePaths: [prefix] });
    if (end === 'exited') return output;
    throw new TroopError('TROOP-1416', { reason: `compiling its sources ended with '${end}'` });
  }

  /** Code that ran while it was built may have put there what cannot be looked through: that is many. */
  async #sourcesIn(library: string): Promise<number> {
    const { clock } = this.#options;
    try {
      const { files } = await readTree(library, createBreather(clock));
      return files.filter((path) => path.endsWith('.py')).length;
    } catch {
      return Infinity;
    }
  }

  #run(argv: readonly [string, ...string[]], rights: StepRights): Promise<ToolRun> {
    const { installer, access, hiddenPaths, limits, sandbox, paths } = this.#options;
    const { workspace } = this.#place;
    const proxy = rights.network ? access.proxyUrl : undefined;
    return runTool(
      sandbox,
      {
        argv,
        workingDirectory: workspace,
        environment: {
          PATH: SYSTEM_PATH,
          HOME: workspace,
          TMPDIR: workspace,
          LC_ALL: 'C.UTF-8',
          ...installer.environment(access),
          ...(proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }),
        },
        writablePaths: [...rights.writablePaths, workspace],
        readablePaths: [
          paths.installed,
          interpreterHome(this.#request.interpreter),
          ...installer.readablePaths,
          ...(rights.readablePaths ?? []),
          ...(access.certificatePath === undefined ? [] : [access.certificatePath]),
        ],
        hiddenPaths,
        network: rights.network,
        limits,
        remainingMs: this.#context.remainingMs(),
        timeoutMs: this.#request.timeoutMs,
      },
      this.#context.log,
      this.#context.signal,
    );
  }

  #failureOf(run: ToolRun): TroopError {
    const { code, facts } = diagnose(this.#options.redact(run.output));
    return new TroopError(code, { end: run.end, ...facts });
  }
}

function isRemote(place: string): boolean {
  return /^https?:/.test(place);
}

function localPlaces(index: { urls: readonly string[]; findLinks: readonly string[] }): readonly string[] {
  return [...index.urls, ...index.findLinks].flatMap((place) => {
    if (place.startsWith('file:')) return [fileURLToPath(place)];
    return place.startsWith('/') ? [place] : [];
  });
}
