// How long a stored answer may be used without asking (RFC 9111, the part that index pages need).

export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface StoredFreshness extends Validators {
  /** Wall-clock time of the answer, or of its last revalidation. */
  readonly storedAtMs: number;
  /** From then on, in milliseconds; 0: ask every time. */
  readonly freshForMs: number;
}

type Headers = Readonly<Record<string, string>>;

/** What the headers allow; null when the answer must not be stored at all. */
export function freshnessOf(headers: Headers, nowMs: number): StoredFreshness | null {
  const directives = cacheDirectives(headers['cache-control'] ?? '');
  if (directives.has('no-store')) return null;
  const maximumAge = Number(directives.get('max-age') ?? Number.NaN);
  const age = Number(headers['age'] ?? 0);
  const isUsable = !directives.has('no-cache') && Number.isFinite(maximumAge);
  const freshSeconds = isUsable ? Math.max(0, maximumAge - (Number.isFinite(age) ? age : 0)) : 0;
  return {
    storedAtMs: nowMs,
    freshForMs: Math.min(freshSeconds * 1000, 365 * 86_400_000),
    etag: headers['etag'] ?? null,
    lastModified: headers['last-modified'] ?? null,
  };
}

/** A clock that went back makes an answer stale, never fresh for ever. */
export function isFresh(stored: StoredFreshness, nowMs: number): boolean {
  const ageMs = nowMs - stored.storedAtMs;
  return ageMs >= 0 && ageMs < stored.freshForMs;
}

/** The headers of a conditional request; empty when the server gave nothing to ask by. */
export function conditionalHeaders(stored: Validators): Record<string, string> {
  return {
    ...(stored.etag === null ? {} : { 'if-none-match': stored.etag }),
    ...(stored.lastModified === null ? {} : { 'if-modified-since': stored.lastModified }),
  };
}

function cacheDirectives(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=', 2);
    found.set(name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, ''));
  }
  return found;
}
