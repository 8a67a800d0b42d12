// Small distributions made on the spot, and builders over them: no registry is asked for a package.
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Agent } from 'undici';
import { DEFAULT_BUILD_LIMITS, type StackBuilderOptions } from '../../../agent/build/build-options.ts';
import { buildPaths, type BuildPaths } from '../../../agent/build/build-paths.ts';
import type { Builder, BuildRequest } from '../../../agent/build/builder.ts';
import { CacheUses } from '../../../agent/build/cache-uses.ts';
import { EnvironmentStore } from '../../../agent/build/environment-store.ts';
import { KeptStore } from '../../../agent/build/kept/kept-store.ts';
import { findUv } from '../../../agent/build/find-uv.ts';
import type { FetchFromCoordinator } from '../../../agent/build/fetch-files.ts';
import { pipBuilder } from '../../../agent/build/pip-builder.ts';
import { uvBuilder } from '../../../agent/build/uv-builder.ts';
import { WheelStore } from '../../../agent/build/wheel-store.ts';
import { chooseSandbox } from '../../../agent/sandbox/choose-sandbox.ts';
import { createRedactor } from '../../../agent/sandbox/redact.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { uuidIds } from '../../../shared/runtime/ids.ts';
import { lockDigest, type LockedPackage } from '../../../shared/stack/stack.ts';

export const ids = uuidIds(systemClock);

export const python = execFileSync(
  'python3',
  ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'],
  {
    encoding: 'utf8',
  },
).trim();

export const pythonVersion = execFileSync(
  python,
  ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
  {
    encoding: 'utf8',
  },
).trim();

export interface DistributionSpec {
  readonly name: string;
  readonly version: string;
  readonly tag?: string;
  readonly requires?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly metadataVersion?: string;
  /** Of its files, those that its RECORD does not tell. */
  readonly unrecorded?: readonly string[];
  readonly truncated?: boolean;
  readonly sdist?: boolean;
}

export interface Distribution {
  readonly path: string;
  readonly sha256: string;
  readonly locked: LockedPackage;
}

/** Makes a distribution in `folder`, and the package that locks it by a `file://` address. */
export function makeDistribution(folder: string, spec: DistributionSpec): Distribution {
  const script = fileURLToPath(new URL('./make-distribution.py', import.meta.url));
  const text = execFileSync(python, ['-I', script, folder], {
    input: JSON.stringify(spec),
    encoding: 'utf8',
  });
  const made = JSON.parse(text) as { path: string; sha256: string };
  const { name, version } = spec;
  const file = { filename: basename(made.path), url: pathToFileURL(made.path).href, sha256: made.sha256 };
  return { ...made, locked: { name, version, index: 'folder', files: [file] } };
}

export interface Workshop {
  readonly paths: BuildPaths;
  readonly environments: EnvironmentStore;
  readonly uses: CacheUses;
  readonly kept: KeptStore;
  readonly options: Omit<StackBuilderOptions, 'installer'>;
}

const sandboxes = chooseSandbox({
  clock: systemClock,
  nextId: () => ids.next(),
  scratchDirectory: '/var/tmp',
  isRoot: process.getuid?.() === 0,
  searchPath: (process.env['PATH'] ?? '').split(delimiter),
});

const NOBODY: FetchFromCoordinator = () => Promise.reject(new Error('the coordinator does not have it'));

/** Everything that a builder needs, below `root`; the agent's state directory is hidden. */
export async function openWorkshop(
  root: string,
  fetchFromCoordinator: FetchFromCoordinator = NOBODY,
): Promise<Workshop> {
  const paths = buildPaths(join(root, 'state', 'build'));
  await mkdir(paths.root, { recursive: true });
  const environments = new EnvironmentStore(paths.environments);
  const nextId = (): string => ids.next();
  const kept = new KeptStore({ root: paths.kept, clock: systemClock, nextId });
  const fetch = {
    store: new WheelStore({ root: paths.wheels, nextId }),
    http: new Agent(),
    fetchFromCoordinator,
    clock: systemClock,
    random: () => 0,
    maximumFileBytes: 1024 ** 3,
  };
  const { sandbox } = await sandboxes;
  const options = {
    sandbox,
    paths,
    environments,
    kept,
    fetch,
    clock: systemClock,
    nextId,
    redact: createRedactor(),
    hiddenPaths: [join(root, 'state')],
    limits: DEFAULT_BUILD_LIMITS,
    access: {},
  };
  const uses = new CacheUses({ root: paths.uses, clock: systemClock, nextId });
  return { paths, environments, uses, kept, options };
}

export type MakeBuilder = (options: Omit<StackBuilderOptions, 'installer'>) => Builder;

/** Every builder that can be had here, and why another cannot. uv is fetched once, as an agent would. */
export async function builderMakers(): Promise<{
  makers: readonly { name: string; make: MakeBuilder }[];
  missing: readonly string[];
}> {
  const makers: { name: string; make: MakeBuilder }[] = [{ name: 'pip', make: pipBuilder }];
  const uv = await findTestUv().catch((error: unknown) => error);
  if (typeof uv !== 'string') return { makers, missing: [`uv: ${String(uv)}`] };
  makers.push({ name: 'uv', make: (options) => uvBuilder({ ...options, uv }) });
  return { makers, missing: [] };
}

/** Path of a uv, or null where none can be had. */
export const testUv = (): Promise<string | null> => findTestUv().catch(() => null);

async function findTestUv(): Promise<string> {
  const { path } = await findUv({
    directory: fileURLToPath(new URL('../../../node_modules/.cache/troop-test-tools', import.meta.url)),
    python,
    environment: process.env,
    clock: systemClock,
    nextId: () => ids.next(),
    searchPath: (process.env['PATH'] ?? '').split(delimiter),
  });
  return path;
}

export function requestFor(
  packages: readonly LockedPackage[],
  overrides: Partial<BuildRequest> = {},
): BuildRequest {
  const environment = { implementation: 'cpython', python: pythonVersion, platform: 'linux_x86_64' } as const;
  const stack_id = `sha256:${'0'.repeat(64)}`;
  const stack = { stack_id, lock_digest: lockDigest(stack_id, packages), environment, packages };
  return {
    stack,
    indexes: [],
    allowSdists: false,
    interpreter: python,
    timeoutMs: 60_000,
    ...overrides,
  };
}
