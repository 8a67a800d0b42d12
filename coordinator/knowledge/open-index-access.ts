// Everything that talking to the indexes of a pip configuration needs, put together once: connections with pip's
// certificate, proxy and credentials, the client on top of them, and the cache.
import { join } from 'node:path';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { Backoff } from '../../shared/runtime/backoff.ts';
import { CredentialStore } from '../../shared/pip/credentials.ts';
import { openDispatchers } from './http/dispatchers.ts';
import { createHttpClient, type HttpClient } from './http/http-client.ts';
import { openHttpCache, type HttpCache } from './http/http-cache.ts';
import { namedIndex, pipIndex, type IndexDefinition } from './index/index-definition.ts';
import type { PipConfiguration } from '../../shared/pip/pip-settings.ts';

export interface IndexAccessOptions {
  readonly configuration: PipConfiguration;
  /** `NAME=URL`, each a factor of its own; a URL may hold user and password. */
  readonly namedIndexes?: readonly string[];
  /** Without the merged index `pip`, only the named ones. */
  readonly withoutPip?: boolean;
  /** A folder of our own for the HTTP cache. */
  readonly directory: string;
  readonly cacheBytes?: number;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly backoff?: Backoff;
}

export interface IndexAccess {
  readonly client: HttpClient;
  readonly cache: HttpCache;
  readonly indexes: readonly IndexDefinition[];
  close(): Promise<void>;
}

const connectionsPerHost = 4;

/** @throws TROOP-1113 for an index that is not valid, TROOP-1008 for a certificate that cannot be read */
export async function openIndexAccess(options: IndexAccessOptions): Promise<IndexAccess> {
  const { configuration, clock, random } = options;
  const credentials = new CredentialStore();
  const named = (options.namedIndexes ?? []).map((text) => namedIndex(text, credentials));
  const indexes = options.withoutPip === true ? named : [pipIndex(configuration, credentials), ...named];
  const dispatchers = await openDispatchers({ ...configuration, connectionsPerHost });
  const client = createHttpClient({
    dispatchers,
    credentials,
    clock,
    random,
    limits: { total: 6, perHost: connectionsPerHost },
    ...(options.backoff === undefined ? {} : { backoff: options.backoff }),
  });
  const cache = openHttpCache({
    directory: join(options.directory, 'http'),
    maximumBytes: options.cacheBytes ?? 1024 ** 3,
    clock,
    ids: options.ids,
  });
  return { client, cache, indexes, close: () => dispatchers.close() };
}
