// The HTTP client that fetches files, with the certificate and the proxy that pip is configured with on this machine.
import { Agent, type Dispatcher, interceptors, ProxyAgent } from 'undici';
import { MAXIMUM_PEM_BYTES } from '../../shared/pip/certificates.ts';
import { readNamedText } from '../../shared/runtime/named-file.ts';

export interface HttpOptions {
  /** PEM file of the authorities to trust instead of Node's own. */
  readonly certificatePath?: string;
  /** May hold credentials; never logged. */
  readonly proxyUrl?: string;
}

const CONNECT_MS = 15_000;
const SILENCE_MS = 60_000;
const MAXIMUM_REDIRECTS = 5;

/** Few connections, bounded silence, redirects followed. The caller closes it. @throws TROOP-1008 */
export async function createHttpDispatcher(options: HttpOptions = {}): Promise<Dispatcher> {
  const ca =
    options.certificatePath === undefined
      ? undefined
      : await readNamedText(options.certificatePath, MAXIMUM_PEM_BYTES);
  const tls = ca === undefined ? {} : { ca };
  const bounds = { connections: 4, headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS };
  const agent =
    options.proxyUrl === undefined
      ? new Agent({ ...bounds, connect: { ...tls, timeout: CONNECT_MS } })
      : new ProxyAgent({ ...bounds, uri: options.proxyUrl, requestTls: tls, proxyTls: tls });
  return agent.compose(interceptors.redirect({ maxRedirections: MAXIMUM_REDIRECTS }));
}
