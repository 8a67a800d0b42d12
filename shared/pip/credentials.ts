// User and password of an index, kept where nothing prints them: not a log line, not JSON, not an error, not a
// debugger's console. A URL that leaves this module never has a user part.
import { inspect } from 'node:util';

const hidden = '[credentials removed]';

export class Credentials {
  readonly #user: string;
  readonly #password: string;

  constructor(user: string, password: string) {
    this.#user = user;
    this.#password = password;
  }

  /** The value of an `Authorization` header (RFC 7617). For the wire only. */
  basicAuthorization(): string {
    return `Basic ${Buffer.from(`${this.#user}:${this.#password}`, 'utf8').toString('base64')}`;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

export interface SeparatedUrl {
  /** Without user, password and fragment. */
  readonly url: string;
  readonly credentials: Credentials | null;
}

/** Takes user and password out of an absolute URL; throws a TypeError (without the text) for anything else. */
export function separateCredentials(text: string): SeparatedUrl {
  const url = parse(text);
  // In another scheme the user part is not where it can be taken out: `user:password@host` itself parses as one.
  if (url === null || !['http:', 'https:', 'file:'].includes(url.protocol)) {
    throw new TypeError('not an absolute http, https or file URL');
  }
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  const credentials =
    username === '' && password === '' ? null : new Credentials(decode(username), decode(password));
  return { url: url.href, credentials };
}

/** `url` as it may be shown and stored; a text that is no URL is hidden whole, as it may hold anything. */
export function withoutCredentials(url: string): string {
  try {
    return separateCredentials(url).url;
  } catch {
    return '[unreadable URL]';
  }
}

/** Signed addresses have some two thousand characters; what is longer is no address of a file. */
const MAX_LINK_LENGTH = 8192;

/**
 * The absolute http, https or file address of a link on a page, without user, password and fragment; null when it is none, and for
 * a file that a page from the network names: it would be one of this machine.
 */
export function resolveLink(link: string, base: string): string | null {
  const url = link.length > MAX_LINK_LENGTH ? null : parse(link, base);
  const allowed = base.startsWith('file:') ? ['http:', 'https:', 'file:'] : ['http:', 'https:'];
  if (url === null || !allowed.includes(url.protocol)) return null;
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  if (url.hash !== '') url.hash = '';
  return url.href;
}

/** Credentials by origin (scheme, host and port): they are sent to no other, whatever a page links or redirects to. */
export class CredentialStore {
  readonly #byOrigin = new Map<string, Credentials>();

  add(url: string, credentials: Credentials): void {
    const origin = new URL(url).origin;
    if (origin !== 'null') this.#byOrigin.set(origin, credentials);
  }

  for(url: string): Credentials | undefined {
    return this.#byOrigin.get(new URL(url).origin);
  }
}

function parse(link: string, base?: string): URL | null {
  try {
    return new URL(link, base);
  } catch {
    return null;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
