// What a file asks for, in the words of a campaign: the form that every reader of this folder gives, and that commands and
// campaign files take.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { withoutCredentials } from '../../shared/pip/credentials.ts';
import { sha256Hex } from '../../shared/stack/canonical-json.ts';
import { parseRequirement } from '../../shared/stack/requirement.ts';

export interface RequestIndex {
  /** As the file calls it, or made of the address. */
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
}

export interface RequestText {
  /** PEP 508, each once, in the order of the file. */
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  /** Lower-case hex SHA-256 of the files that may be locked, by normalised name; a name without is not restricted. */
  readonly hashes: Readonly<Record<string, readonly string[]>>;
  /** X.Y, where the file pins one. */
  readonly python: string | null;
  /** The specifier that the target's Python must meet (PEP 621). */
  readonly requiresPython: string | null;
  /** What the file names; the knowledge decides which indexes there are. */
  readonly indexes: readonly RequestIndex[];
  readonly allowPrereleases: boolean;
  /** By normalised name, where the file says something else of a project. */
  readonly prereleasesOf: Readonly<Record<string, 'allow' | 'disallow'>>;
  /** Sentences on everything that was seen and has no effect. */
  readonly notes: readonly string[];
}

export interface RequestOptions {
  /** Groups of PEP 735, categories of a Pipfile (`dev` is `dev-packages`). */
  readonly groups?: readonly string[];
  /** Optional dependencies of PEP 621. */
  readonly extras?: readonly string[];
}

export const EMPTY_REQUEST: RequestText = Object.freeze({
  requirements: [],
  constraints: [],
  hashes: {},
  python: null,
  requiresPython: null,
  indexes: [],
  allowPrereleases: false,
  prereleasesOf: {},
  notes: [],
});

/** Both requests at once; of two Pythons the first counts. */
export function joinRequests(requests: readonly RequestText[]): RequestText {
  const hashes = new Map<string, Set<string>>();
  for (const [name, digests] of requests.flatMap((one) => Object.entries(one.hashes))) {
    const known = hashes.get(name) ?? new Set();
    for (const digest of digests) known.add(digest);
    hashes.set(name, known);
  }
  const once = (lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())];
  return {
    requirements: once(requests.map((one) => one.requirements)),
    constraints: once(requests.map((one) => one.constraints)),
    hashes: Object.fromEntries([...hashes].map(([name, digests]) => [name, [...digests].toSorted()])),
    python: requests.find(({ python }) => python !== null)?.python ?? null,
    requiresPython:
      once(requests.map(({ requiresPython }) => (requiresPython === null ? [] : [requiresPython]))).join(
        ',',
      ) || null,
    indexes: [...new Map(requests.flatMap((one) => one.indexes).map((one) => [one.url, one])).values()],
    allowPrereleases: requests.some(({ allowPrereleases }) => allowPrereleases),
    prereleasesOf: Object.assign(
      {},
      ...requests.map(({ prereleasesOf }) => prereleasesOf),
    ) as RequestText['prereleasesOf'],
    notes: once(requests.map((one) => one.notes)),
  };
}

/** An index with a name made of its address; null when the location is no address that can be named. */
export function namedByAddress(location: string): RequestIndex | null {
  if (!/^(?:https?|file):\/\//i.test(location) || !URL.canParse(location)) {
    return null;
  }
  const url = withoutCredentials(location);
  const { host, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '').replace(/\/simple$/, '');
  const name = `${host}${path}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  // Cut names could meet: what tells two builds of one index apart stands at the end.
  const short =
    name.length <= 64 ? name : `${name.slice(0, 55).replace(/-$/, '')}-${sha256Hex(name).slice(0, 8)}`;
  return name === '' ? null : { name: short, url };
}

/**
 * A requirement as written, once it is known to be one of an index.
 * @throws TROOP-2001 with the place, TROOP-2002 when it names a URL
 */
export function checkedRequirement(text: string, where: { file: string; place: string }): string {
  if (/^\s*(?:(?:git|hg|svn|bzr)\+|[a-z]+:\/\/|\.{0,2}\/|-e\s)/i.test(text)) {
    throw new TroopError('TROOP-2002', { ...where, what: `"${text.trim().slice(0, 80)}"` });
  }
  try {
    const requirement = parseRequirement(text);
    if (requirement.url !== null) {
      throw new TroopError('TROOP-2002', { ...where, what: `${requirement.name} from a URL` });
    }
    return requirement.text;
  } catch (error) {
    if (error instanceof TroopError && error.code !== 'TROOP-2002') {
      throw new TroopError('TROOP-2001', { ...where, reason: error.message }, { cause: error });
    }
    throw error;
  }
}

/** What is said of a project that a file wants from one index. */
export function wantedIndexNote(file: string, name: string, index: string): string {
  return `${file}: ${name} is to come from the index ${index}; this has no effect, --index-policy '${name}=INDEX' asks for it (in a campaign, indexPolicy)`;
}
