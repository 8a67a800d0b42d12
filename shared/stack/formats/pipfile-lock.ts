// Pipfile.lock, which Thoth's tools and pipenv read. https://github.com/pypa/pipfile (specification 6)
import { TroopError } from '../../errors/troop-error.ts';
import { ownValue } from '../own-value.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';
import { pipfileHash, pipfileObject, type PipfileFormat, type PipfileSource } from './pipfile.ts';

export interface LockedEntry {
  readonly extras?: readonly string[];
  readonly hashes: readonly string[];
  readonly index?: string;
  readonly version: string;
}

export interface PipfileLockObject {
  readonly _meta: {
    readonly hash: { readonly sha256: string };
    readonly 'pipfile-spec': 6;
    readonly requires: { readonly python_version: string };
    readonly sources: readonly PipfileSource[];
  };
  readonly default: Readonly<Record<string, LockedEntry>>;
  readonly develop: Readonly<Record<string, LockedEntry>>;
}

/**
 * A locked stack as the text of a `Pipfile.lock`. Its `_meta.hash` is that of the Pipfile that `formatPipfile` writes.
 * @throws TROOP-1819 when a package has no file with a SHA-256, TROOP-1821 when one is a wheel variant
 */
export function formatPipfileLock(stack: LockedStack, format: PipfileFormat = {}): string {
  return `${JSON.stringify(pipfileLockObject(stack, format), null, 4)}\n`;
}

/** @throws TROOP-1819, TROOP-1821 */
export function pipfileLockObject(stack: LockedStack, format: PipfileFormat = {}): PipfileLockObject {
  const pipfile = pipfileObject(stack, format);
  const { requires, source } = pipfile;
  return {
    _meta: { hash: { sha256: pipfileHash(pipfile) }, 'pipfile-spec': 6, requires, sources: source },
    default: Object.fromEntries(stack.packages.map((item) => [item.name, lockedEntry(item, format)])),
    develop: {},
  };
}

function lockedEntry(item: LockedPackage, format: PipfileFormat): LockedEntry {
  const hashes = [...new Set(item.files.flatMap((file) => file.sha256 ?? []))].toSorted();
  if (hashes.length === 0) {
    throw new TroopError('TROOP-1819', { name: item.name, version: item.version });
  }
  // An installer takes a package that names its index from that source alone: a merged view is no such source.
  const url = ownValue(format.indexUrls ?? {}, item.index);
  const isSource = url !== undefined && !url.includes(' ');
  return {
    ...(item.extras === undefined ? {} : { extras: item.extras }),
    hashes: hashes.map((sha256) => `sha256:${sha256}`),
    ...(isSource ? { index: item.index } : {}),
    version: `==${item.version}`,
  };
}
