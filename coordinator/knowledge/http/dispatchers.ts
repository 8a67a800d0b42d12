// How a connection is made: pip's certificate, client certificate, proxy and trusted hosts, put into undici's terms.
// Two dispatchers at most, as trusted hosts are those whose certificate nobody checks.
import { readdir, stat } from 'node:fs/promises';
import type { EnvironmentProxies } from '../../../shared/pip/environment-proxies.ts';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import { readBoundedText } from '../../../shared/runtime/bounded-file.ts';
import { unreadable } from '../../../shared/runtime/named-file.ts';
import { MAXIMUM_PEM_BYTES } from '../../../shared/pip/certificates.ts';

export interface ConnectionSettings {
  /** PEM file, or a folder of them; null: what Node trusts. */
  readonly certificatePath: string | null;
  /** One PEM file with the certificate and its key. */
  readonly clientCertificatePath: string | null;
  /** pip's own proxy for everything; may hold user and password. */
  readonly proxy: string | null;
  /** What the environment of pip says (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), used when `proxy` is null. */
  readonly environmentProxies: EnvironmentProxies;
  /** `host` or `host:port`, whose certificate is not checked. */
  readonly trustedHosts: readonly string[];
  readonly timeoutMs: number;
  readonly connectionsPerHost: number;
}

export interface Dispatchers {
  for(url: URL): Dispatcher;
  close(): Promise<void>;
}

export async function openDispatchers(settings: ConnectionSettings): Promise<Dispatchers> {
  const ca = settings.certificatePath === null ? undefined : await readPem(settings.certificatePath);
  const client =
    settings.clientCertificatePath === null ? undefined : await readPem(settings.clientCertificatePath);
  // Made once: reading a bundle of certificates anew for every connection takes longer than the connection.
  const secureContext = createSecureContext({
    ...(ca === undefined ? {} : { ca }),
    ...(client === undefined ? {} : { cert: client, key: client }),
  });
  const tls = { secureContext };
  const checked = makeDispatcher(settings, tls);
  const unchecked =
    settings.trustedHosts.length === 0
      ? checked
      : makeDispatcher(settings, { ...tls, rejectUnauthorized: false });
  const trusted = new Set(settings.trustedHosts.map((host) => host.toLowerCase()));
  return {
    for: (url) => (trusted.has(url.hostname) || trusted.has(url.host) ? unchecked : checked),
    close: async () => {
      await Promise.all([...new Set([checked, unchecked])].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function makeDispatcher(
  settings: ConnectionSettings,
  tls: { secureContext: SecureContext; rejectUnauthorized?: boolean },
): Dispatcher {
  const connect = { ...tls, timeout: settings.timeoutMs };
  const common = {
    connect,
    connections: settings.connectionsPerHost,
    headersTimeout: settings.timeoutMs,
    bodyTimeout: settings.timeoutMs,
  };
  if (settings.proxy !== null) return proxyAgent(settings.proxy, tls, common);
  const { http, https, no } = settings.environmentProxies;
  if (http === undefined && https === undefined) return new Agent(common);
  return new EnvHttpProxyAgent({
    ...common,
    httpProxy: http ?? '',
    httpsProxy: https ?? '',
    noProxy: no ?? '',
    requestTls: tls,
    proxyTls: tls,
  });
}

function proxyAgent(proxy: string, tls: object, common: object): Dispatcher {
  // pip accepts `user:password@host:port` without a scheme.
  const uri = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (!URL.canParse(uri)) {
    throw new TroopError('TROOP-1002', { what: "pip's proxy", reason: 'it is not a URL' });
  }
  return new ProxyAgent({ ...common, uri, requestTls: tls, proxyTls: tls });
}

async function readPem(path: string): Promise<string> {
  try {
    if (!(await stat(path)).isDirectory()) return await readBoundedText(path, MAXIMUM_PEM_BYTES);
    const parts: string[] = [];
    for (const name of (await readdir(path)).filter((entry) => /\.(pem|crt)$/.test(entry)).toSorted()) {
      parts.push(await readBoundedText(join(path, name), MAXIMUM_PEM_BYTES));
    }
    return parts.join('\n');
  } catch (error) {
    throw unreadable(path, error);
  }
}
