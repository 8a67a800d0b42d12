// A simple index over HTTP(S): JSON where the server speaks it (PEP 691), HTML where not (PEP 503), told apart by what
// comes back and not by what was asked for.
import { TroopError } from '../../../shared/errors/troop-error.ts';
import type { CachedResponse, HttpCache } from '../http/http-cache.ts';
import type { HttpClient } from '../http/http-client.ts';
import { parseHtmlPage } from './html-page.ts';
import { maximumPageBytes, type IndexClient, type ProjectPage } from './index-client.ts';
import { parseJsonPage } from './json-page.ts';

export interface HttpIndexDependencies {
  readonly client: HttpClient;
  readonly cache: HttpCache;
  /** Called for every page with whether it was served from disk. */
  readonly onPage?: (isFromCache: boolean) => void;
}

// https://peps.python.org/pep-0691/#version-format-selection
const accept =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01';

/** An index whose project pages lie at `<url>/<name>/`. */
export function httpIndex(url: string, dependencies: HttpIndexDependencies): IndexClient {
  const root = url.endsWith('/') ? url : `${url}/`;
  return {
    location: url,
    project: async (name, signal) => {
      const page = await fetchPage(`${root}${name}/`, dependencies, signal);
      return page === null ? null : readPage(page);
    },
  };
}

/** One page of links, without projects. */
export async function httpPage(
  url: string,
  dependencies: HttpIndexDependencies,
  signal: AbortSignal,
): Promise<ProjectPage | null> {
  const page = await fetchPage(url, dependencies, signal);
  return page === null ? null : readPage(page);
}

async function fetchPage(
  url: string,
  { client, cache, onPage }: HttpIndexDependencies,
  signal: AbortSignal,
): Promise<CachedResponse | null> {
  const ask = (accepted: string): Promise<CachedResponse> =>
    cache.request(client, {
      url,
      headers: { accept: accepted },
      maximumBytes: maximumPageBytes,
      signal,
      accepts: [404, 406, 410],
    });
  let page = await ask(accept);
  // Some servers refuse what they do not know instead of falling back.
  if (page.status === 406) page = await ask('text/html');
  onPage?.(page.isFromCache);
  if (page.status === 406) throw new TroopError('TROOP-1103', { url: page.url, status: 406 });
  return page.status === 404 || page.status === 410 ? null : page;
}

function readPage(page: CachedResponse): ProjectPage {
  const type = (page.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = page.body.toString('utf8');
  if (type === 'application/json' || type.endsWith('+json')) return parseJsonPage(text, page.url);
  if (type === 'text/html' || type.endsWith('+html')) return parseHtmlPage(text, page.url);
  // No type, or a wrong one, as file servers give: the first character tells.
  const start = text.slice(0, 1024).trimStart();
  if (start.startsWith('{')) return parseJsonPage(text, page.url);
  if (start.startsWith('<')) return parseHtmlPage(text, page.url);
  const reason = type === '' ? 'it is neither JSON nor HTML' : `its type is ${type}`;
  throw new TroopError('TROOP-1112', { what: 'the page', url: page.url, reason });
}
