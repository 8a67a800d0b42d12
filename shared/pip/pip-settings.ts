// The settings of pip that decide where files come from and how they are fetched.
import type { Credentials } from './credentials.ts';
import type { EnvironmentProxies } from './environment-proxies.ts';

/** Locations may hold user and password: they go through index-definition.ts before anything shows them. */
export interface PipConfiguration {
  readonly pipVersion: string;
  readonly indexUrl: string;
  readonly extraIndexUrls: readonly string[];
  readonly findLinks: readonly string[];
  readonly noIndex: boolean;
  /** PEM file or folder. */
  readonly certificatePath: string | null;
  readonly clientCertificatePath: string | null;
  readonly proxy: string | null;
  readonly environmentProxies: EnvironmentProxies;
  readonly trustedHosts: readonly string[];
  readonly timeoutMs: number;
  /** Constraint files that pip would apply; a sync says that it does not. */
  readonly constraints: readonly string[];
  /** By host name, out of ~/.netrc. */
  readonly netrc: ReadonlyMap<string, Credentials>;
}
