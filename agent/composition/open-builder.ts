// Puts the builder together; the order of the decorators is the order in which they act.
import type { Credentials } from '../enrolment/credentials.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { readPipConfiguration } from '../../shared/pip/pip-configuration.ts';
import { DEFAULT_BUILD_LIMITS } from '../build/build-options.ts';
import { buildPaths } from '../build/build-paths.ts';
import type { Builder } from '../build/builder.ts';
import { EnvironmentStore } from '../build/environment-store.ts';
import { chooseBuilder } from '../build/choose-builder.ts';
import { createHttpDispatcher } from '../build/http-dispatcher.ts';
import { CacheUses } from '../build/cache-uses.ts';
import { KeptStore } from '../build/kept/kept-store.ts';
import { createCacheSweeper, type CacheSweeper } from '../build/sweep-caches.ts';
import { WheelStore } from '../build/wheel-store.ts';
import { withCache } from '../build/with-cache.ts';
import { FREE_DISK_FLOOR_BYTES, missingBytesAt, withDiskGuard } from '../build/with-disk-guard.ts';
import type { CoordinatorHttp } from '../enrolment/coordinator-http.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createRedactor } from '../sandbox/redact.ts';
import type { StateLayout } from '../state-layout.ts';

export interface BuilderParts {
  readonly builder: Builder;
  readonly sweeper: CacheSweeper;
  readonly cacheUses: CacheUses;
}

export interface OpenBuilderOptions {
  readonly layout: StateLayout;
  readonly credentials: Credentials;
  readonly coordinator: CoordinatorHttp;
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nextId: () => string;
  readonly random: () => number;
  /** An interpreter that has pip. */
  readonly python: string;
  readonly searchPath: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cacheBytes: number;
  /** What builds must not see. */
  readonly hiddenPaths: readonly string[];
  readonly signal: AbortSignal;
}

const LARGEST_FILE_BYTES = 6e9;

export async function openBuilder(options: OpenBuilderOptions): Promise<BuilderParts> {
  const { layout, clock, nextId, coordinator } = options;
  const paths = buildPaths(layout.build);
  const environments = new EnvironmentStore(paths.environments);
  const store = new WheelStore({ root: paths.wheels, nextId });
  const kept = new KeptStore({ root: paths.kept, clock, nextId });
  const access = await pipAccess(options);
  const common = {
    sandbox: options.sandbox,
    paths,
    environments,
    kept,
    fetch: {
      store,
      http: await createHttpDispatcher(access),
      fetchFromCoordinator: (sha256: string, _filename: string, signal: AbortSignal) =>
        coordinator.openFile(sha256, signal),
      clock,
      random: options.random,
      maximumFileBytes: LARGEST_FILE_BYTES,
    },
    clock,
    nextId,
    redact: createRedactor(secretsOf(options.credentials)),
    hiddenPaths: options.hiddenPaths,
    limits: DEFAULT_BUILD_LIMITS,
    access,
  };
  const found = await chooseBuilder(common, {
    directory: paths.tools,
    python: options.python,
    clock,
    nextId,
    searchPath: options.searchPath,
    environment: options.environment,
    signal: options.signal,
  });
  if (found.error !== null) options.logger.warn({ err: found.error }, 'there is no uv, so pip builds');
  const guarded = withDiskGuard(found.builder, { path: layout.build, floorBytes: FREE_DISK_FLOOR_BYTES });
  const uses = new CacheUses({ root: paths.uses, clock, nextId });
  const sweeper = createCacheSweeper({
    environments,
    store,
    kept,
    uses,
    builderCache: paths.cache,
    workspaces: paths.workspaces,
    maximumBytes: options.cacheBytes,
    missingBytes: () => missingBytesAt(layout.build),
    clock,
  });
  const onBuilt = (bytes: number): void => sweeper.noteBuilt(bytes);
  return { builder: withCache(guarded, { environments, clock, uses, onBuilt }), sweeper, cacheUses: uses };
}

const secretsOf = ({ token, privateKey, broker }: Credentials): readonly string[] =>
  [token, privateKey, broker.password].filter((secret): secret is string => secret !== null);

/** The certificate and proxy that pip on this machine uses; a pip that does not answer means none. */
async function pipAccess(
  options: OpenBuilderOptions,
): Promise<{ certificatePath?: string; proxyUrl?: string }> {
  try {
    const { certificatePath, proxy } = await readPipConfiguration(options.python, options.signal);
    return {
      ...(certificatePath === null ? {} : { certificatePath }),
      ...(proxy === null ? {} : { proxyUrl: proxy }),
    };
  } catch (error) {
    options.logger.warn({ err: error }, 'pip did not tell its settings');
    return {};
  }
}
