// Which places make up an index: `pip` is the merged view of what pip is configured with, a named index is one place.
// A place is an address without credentials; those lie in a CredentialStore and nowhere else.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TroopError } from '../../../shared/errors/troop-error.ts';
import {
  separateCredentials,
  type Credentials,
  type CredentialStore,
} from '../../../shared/pip/credentials.ts';
import type { PipConfiguration } from '../../../shared/pip/pip-settings.ts';

export interface IndexMember {
  /** `simple`: a folder a project (PEP 503/691); `links`: one flat folder or page of files. */
  readonly kind: 'simple' | 'links';
  /** http, https or file URL without credentials. */
  readonly url: string;
}

export interface IndexDefinition {
  /** As in the snapshot: `pip`, or the name given with `--index`. */
  readonly name: string;
  /** In pip's order: index, extra indexes, links. */
  readonly members: readonly IndexMember[];
}

/** What the fingerprint of an index is taken of: the addresses of its members in their order, one space between. */
export function indexUrl(definition: IndexDefinition): string {
  return definition.members.map((member) => member.url).join(' ');
}

/** The merged view of everything that pip is configured with. */
export function pipIndex(configuration: PipConfiguration, credentials: CredentialStore): IndexDefinition {
  const simple = configuration.noIndex ? [] : [configuration.indexUrl, ...configuration.extraIndexUrls];
  const members: IndexMember[] = [];
  const add = (kind: IndexMember['kind'], location: string): void => {
    const url = memberUrl(location, configuration, credentials);
    if (!members.some((member) => member.kind === kind && member.url === url)) members.push({ kind, url });
  };
  for (const location of simple) add('simple', location);
  for (const location of configuration.findLinks) add('links', location);
  return { name: 'pip', members };
}

/** A further index out of `NAME=URL`. @throws TROOP-1113 */
export function namedIndex(text: string, credentials: CredentialStore): IndexDefinition {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals)).trim();
  // The rest may hold a password: the error shows the name alone.
  const refuse = (reason: string): TroopError => new TroopError('TROOP-1113', { definition: name, reason });
  if (equals < 0) throw refuse("there is no '=' in it");
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(name)) throw refuse('it has no valid name');
  if (name === 'pip') throw refuse("'pip' is the index that pip is configured with");
  const location = text.slice(equals + 1).trim();
  if (location === '') throw refuse('it has no URL');
  const isForeign = location.includes('://') && !/^(https?|file):/i.test(location);
  if (isForeign) throw refuse('it is not an http, https or file URL');
  const url = memberUrl(location, null, credentials);
  return { name, members: [{ kind: 'simple', url }] };
}

function memberUrl(
  location: string,
  configuration: PipConfiguration | null,
  credentials: CredentialStore,
): string {
  const separated = separateCredentials(asUrl(location));
  const found = separated.credentials ?? netrcCredentials(separated.url, configuration);
  if (found !== null) credentials.add(separated.url, found);
  return separated.url;
}

function netrcCredentials(url: string, configuration: PipConfiguration | null): Credentials | null {
  return configuration?.netrc.get(new URL(url).hostname) ?? null;
}

/** pip takes plain paths wherever it takes URLs; a folder that is not there is an empty index to it, and to us. */
function asUrl(location: string): string {
  if (/^(https?|file):\/\//i.test(location) && URL.canParse(location)) return location;
  if (!/^[a-z][a-z0-9+.-]+:/i.test(location)) return pathToFileURL(resolve(location)).href;
  const reason = 'it is not an http, https or file URL';
  throw new TroopError('TROOP-1113', { definition: 'pip', reason });
}
