// Removes credentials from text that leaves the machine: what a build prints may hold the address of a private index
// with its password, or a token that it was given.

const REMOVED = '[removed]';

/** `scheme://user:password@` (RFC 3986, 3.2.1): everything up to the last `@` before the path. To look for the scheme too takes hours. */
const USER_INFORMATION = /(:\/\/)[^\s/?#"'<>]*@/g;

/** A header line of HTTP that carries credentials (RFC 9110, 11.6.2 and 11.7.2). */
const AUTHORIZATION =
  /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token|digest)\s+)?[^\s"',]+/gi;

/** Query parameters that are signatures or tokens by their name. */
const SECRET_PARAMETER = /([?&](?:[\w-]*(?:token|signature|secret|password|api[_-]?key))=)[^&\s"'<>#]+/gi;

/** Below this a "secret" is a common word, and removing it everywhere would destroy the log. */
const SHORTEST_SECRET = 4;

/** A function that removes credentials in addresses, headers and queries, and each of `secrets` in its usual spellings. */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
    // Longer ones first: one secret may be the beginning of another.
    .toSorted((left, right) => right.length - left.length);
  return (text) => {
    let clean = text
      .replace(USER_INFORMATION, `$1${REMOVED}@`)
      .replace(AUTHORIZATION, `$1${REMOVED}`)
      .replace(SECRET_PARAMETER, `$1${REMOVED}`);
    for (const spelling of spellings) clean = clean.replaceAll(spelling, REMOVED);
    return clean;
  };
}
