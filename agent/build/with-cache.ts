// Reuses an environment that was built before, and lets one process at a time build the same one: the others wait, then
// find it.
import { mkdir } from 'node:fs/promises';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import { withLock } from '../../shared/runtime/file-lock.ts';
import { buildFailureOf } from './build-failure.ts';
import type { Builder, BuildRequest, BuildResult } from './builder.ts';
import type { CacheUses } from './cache-uses.ts';
import type { EnvironmentStore } from './environment-store.ts';

export interface CacheOptions {
  readonly environments: EnvironmentStore;
  readonly clock: Clock;
  readonly uses: CacheUses;
  /** Told what every new environment adds to the disk. */
  readonly onBuilt?: (bytes: number) => void;
}

export function withCache(inner: Builder, options: CacheOptions): Builder {
  return {
    name: inner.name,
    build: async (request, signal) => {
      try {
        return await buildOnce(inner, request, signal, options);
      } catch (error) {
        const known = signal.aborted ? new TroopError('TROOP-1417', {}, { cause: error }) : error;
        const failure = buildFailureOf(known, request.allowSdists);
        if (failure === null) throw error;
        return { ok: false, failure, log: `error[${failure.error.code}]: ${failure.error.message}\n` };
      }
    },
  };
}

async function buildOnce(
  inner: Builder,
  request: BuildRequest,
  signal: AbortSignal,
  { environments, clock, uses, onBuilt }: CacheOptions,
): Promise<BuildResult> {
  const { timeoutMs } = request;
  const key = await environments.keyOf(request);
  await mkdir(environments.root, { recursive: true });
  const onTimeout = (pid: number): Error => new TroopError('TROOP-1421', { timeoutMs, pid });
  return withLock(environments.lockPathOf(key), { clock, timeoutMs, signal, onTimeout }, async () => {
    await request.use?.keep(key);
    const found = await environments.find(key);
    if (found !== null) {
      return {
        ok: true,
        environment: found,
        log: `reused the environment ${key}, built with ${found.builder}\n`,
      };
    }
    await using _building = await uses.beginBuild();
    const result = await inner.build(request, signal);
    if (!result.ok) {
      await environments.clear(key);
      return result;
    }
    const { builder, bytes, linkedBytes = 0 } = result.environment;
    const sealedBytes = await environments.seal(key, builder, clock.nowMs(), bytes);
    onBuilt?.(sealedBytes - linkedBytes);
    return result;
  });
}
