// What tests of the knowledge base need to talk to a fake index: everything real, patience short, a folder of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backoff } from '../../shared/runtime/backoff.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { uuidIds } from '../../shared/runtime/ids.ts';
import { openIndexAccess, type IndexAccess } from '../../coordinator/knowledge/open-index-access.ts';
import type { PipConfiguration } from '../../shared/pip/pip-settings.ts';

export function pipConfiguration(parts: Partial<PipConfiguration>): PipConfiguration {
  return {
    pipVersion: '24.0',
    indexUrl: '',
    extraIndexUrls: [],
    findLinks: [],
    noIndex: false,
    certificatePath: null,
    clientCertificatePath: null,
    proxy: null,
    environmentProxies: {},
    trustedHosts: [],
    timeoutMs: 2_000,
    constraints: [],
    netrc: new Map(),
    ...parts,
  };
}

export const quickBackoff: Backoff = { initialMs: 1, maximumMs: 5 };

export interface TestAccess extends IndexAccess {
  readonly directory: string;
}

/** Access with the cache in `directory`, or in a new folder. */
export async function openTestAccess(
  parts: Partial<PipConfiguration>,
  options: { directory?: string; namedIndexes?: readonly string[] } = {},
): Promise<TestAccess> {
  const directory = options.directory ?? (await temporaryFolder());
  const access = await openIndexAccess({
    configuration: pipConfiguration(parts),
    namedIndexes: options.namedIndexes ?? [],
    directory,
    clock: systemClock,
    ids: uuidIds(systemClock),
    random: () => 0.5,
    backoff: quickBackoff,
  }).catch(async (error: unknown) => {
    if (options.directory === undefined) await removeFolder(directory);
    throw error;
  });
  return { ...access, directory };
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'troop-knowledge-'));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
