// Pipfile.lock, which Thoth's tools and pipenv read. https://github.com/pypa/pipfile (specification 6)
import { TroopError } from '../../errors/troop-error.ts';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import { parsePythonVersion } from '../python-version.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';

export interface PipfileLockFormat {
  /** URL by index name, without credentials: the sources of the file. */
  readonly indexUrls?: Readonly<Record<string, string>> | undefined;
}

/**
 * A locked stack as the text of a `Pipfile.lock`. Its `_meta.hash` is that of a Pipfile with the same sources and pins.
 * @throws TROOP-1819 when a package has no file with a SHA-256
 */
export function formatPipfileLock(stack: LockedStack, format: PipfileLockFormat = {}): string {
  const { major, minor } = parsePythonVersion(stack.environment.python);
  const requires = { python_version: `${major}.${minor}` };
  const used = [...new Set(stack.packages.map((item) => item.index))];
  const sources = used.flatMap((name) => {
    const url = format.indexUrls?.[name];
    return url === undefined ? [] : [{ name, url, verify_ssl: true }];
  });
  const pins = Object.fromEntries(stack.packages.map((item) => [item.name, `==${item.version}`]));
  const pipfile = { _meta: { requires, sources }, default: pins, develop: {} };
  const lock = {
    _meta: { hash: { sha256: sha256Hex(canonicalJson(pipfile)) }, 'pipfile-spec': 6, requires, sources },
    default: Object.fromEntries(stack.packages.map((item) => [item.name, lockedEntry(item)])),
    develop: {},
  };
  return `${JSON.stringify(lock, null, 4)}\n`;
}

function lockedEntry(item: LockedPackage): Readonly<Record<string, unknown>> {
  const hashes = [...new Set(item.files.flatMap((file) => file.sha256 ?? []))].toSorted();
  if (hashes.length === 0) {
    throw new TroopError('TROOP-1819', { name: item.name, version: item.version });
  }
  return {
    ...(item.extras === undefined ? {} : { extras: item.extras }),
    hashes: hashes.map((sha256) => `sha256:${sha256}`),
    index: item.index,
    version: `==${item.version}`,
  };
}
