// pylock.toml, the lock file that every installer is to understand. https://peps.python.org/pep-0751/
import { stringify, TomlDate } from 'smol-toml';
import { TroopError } from '../../errors/troop-error.ts';
import { markerEnvironment } from '../environment.ts';
import { parsePythonVersion } from '../python-version.ts';
import type { ReleaseFile } from '../release.ts';
import { ownValue } from '../own-value.ts';
import type { LockedPackage, LockedStack } from '../stack.ts';
import { parseWheelFilename } from '../wheel.ts';
import { refuseSeveralVariants } from './wheel-variants.ts';

export interface PylockFormat {
  /** URL by index name, without credentials; an index that is missing here is not named in the file. */
  readonly indexUrls?: Readonly<Record<string, string>> | undefined;
}

type TomlTable = Record<string, unknown>;

/**
 * A locked stack as the text of a `pylock.toml`. A file without a URL is named by its file name, to be found beside the lock.
 * @throws TROOP-1819 when a package has no file with a SHA-256, TROOP-1821 when it has wheels of several variants
 */
export function formatPylock(stack: LockedStack, format: PylockFormat = {}): string {
  refuseSeveralVariants(stack.packages, 'pylock.toml');
  const { major, minor } = parsePythonVersion(stack.environment.python);
  const markers = markerEnvironment(stack.environment);
  const environment = ['implementation_name', 'platform_machine', 'sys_platform'] as const;
  return `${stringify({
    'lock-version': '1.0',
    environments: [environment.map((field) => `${field} == '${markers[field] ?? ''}'`).join(' and ')],
    'requires-python': `==${major}.${minor}.*`,
    'created-by': 'troop',
    packages: stack.packages.map((item) => packageTable(item, format)),
    tool: { troop: { 'stack-id': stack.stack_id, 'lock-digest': stack.lock_digest, ...targetTable(stack) } },
  }).trimEnd()}\n`;
}

/** All that makes the environment, so that reading the lock gives the same stack. */
function targetTable({ environment }: LockedStack): TomlTable {
  const { python, platform, image, markers, variables } = environment;
  return {
    python,
    platform,
    ...(image === undefined ? {} : { image }),
    ...(markers === undefined ? {} : { markers }),
    ...(variables === undefined ? {} : { variables }),
  };
}

function packageTable(item: LockedPackage, format: PylockFormat): TomlTable {
  const hashed = item.files.filter((file) => file.sha256 !== undefined);
  const wheels = hashed.filter((file) => parseWheelFilename(file.filename) !== null);
  const [sdist] = hashed.filter((file) => !wheels.includes(file));
  const requiresPython = hashed[0]?.requires_python ?? undefined;
  const index = ownValue(format.indexUrls ?? {}, item.index);
  if (hashed.length === 0) {
    throw new TroopError('TROOP-1819', { name: item.name, version: item.version });
  }
  return {
    name: item.name,
    version: item.version,
    ...(requiresPython === undefined ? {} : { 'requires-python': requiresPython }),
    // A merged view of several addresses is no index that the file could name.
    ...(index === undefined || index.includes(' ') ? {} : { index }),
    ...(sdist === undefined ? {} : { sdist: fileTable(sdist) }),
    ...(wheels.length === 0 ? {} : { wheels: wheels.map(fileTable) }),
    tool: {
      troop: {
        index: item.index,
        ...(item.extras === undefined ? {} : { extras: item.extras }),
        ...(item.variant === undefined ? {} : { variant: item.variant }),
      },
    },
  };
}

function fileTable(file: ReleaseFile): TomlTable {
  const uploaded = file.upload_time === undefined ? undefined : new TomlDate(file.upload_time);
  return {
    name: file.filename,
    ...(uploaded?.isValid() === true ? { 'upload-time': uploaded } : {}),
    ...(file.url === undefined ? { path: file.filename } : { url: file.url }),
    ...(file.size === undefined ? {} : { size: file.size }),
    hashes: { sha256: file.sha256 },
  };
}
