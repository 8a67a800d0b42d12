// An environment of files that are here: what is kept of earlier builds is linked, the rest is installed by the tool and kept.
//
// In this order, so that no process can ever write to a file that is kept: empty environment, install what is missing, compile it,
// keep it; then link what was kept before; then look whether all of it is what the lock says and fits together.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { createWorkspace } from '../sandbox/workspace.ts';
import type { StackBuilderOptions } from './build-options.ts';
import { BuildRun, type RunContext } from './build-run.ts';
import type { BuildRequest } from './builder.ts';
import { checkInstalled } from './check-installed.ts';
import { checkRequirements } from './check-requirements.ts';
import type { InstallTarget } from './installer.ts';
import { withoutKept, type KeptParts, type PartOfStack } from './kept/find-kept.ts';
import { keepInstalled, readEmpty, type EmptyEnvironment } from './kept/keep-installed.ts';
import type { KeptEntry } from './kept/kept-entry.ts';
import { KeptUnusable, linkKept, type KeptEntries } from './kept/link-kept.ts';
import { requirementsOf } from './requirements-lines.ts';

export interface Making {
  readonly options: StackBuilderOptions;
  readonly request: BuildRequest;
  readonly context: RunContext;
  readonly key: string;
  readonly target: InstallTarget;
  readonly say: (line: string) => void;
}

export interface Made {
  /** Of what is linked. */
  readonly linkedBytes: number;
  /** Of everything; null when the tool installed some of it. */
  readonly bytes: number | null;
}

export async function makeEnvironment(making: Making, parts: KeptParts): Promise<Made> {
  try {
    return await makeFrom(making, parts);
  } catch (error) {
    if (!(error instanceof KeptUnusable)) throw error;
    making.say(`everything is installed anew: of what earlier builds left, ${error.message}`);
    return makeFrom(making, withoutKept(parts));
  }
}

async function makeFrom(making: Making, parts: KeptParts): Promise<Made> {
  const { options, request, key, target, say } = making;
  const { stack } = request;
  const missing = parts.files.filter(({ entry }) => entry === null);
  const known: KeptEntries = new Map(
    parts.files.flatMap(({ id, entry }) => (id === null || entry === null ? [] : [[id, entry] as const])),
  );
  say(`${known.size} of ${parts.files.length} packages are linked from earlier builds`);
  await options.environments.clear(key);
  if (parts.empty.entry !== null) await link(making, new Map([[parts.empty.id, parts.empty.entry]]));
  if (missing.length > 0 || parts.empty.entry === null) await installMissing(making, parts, missing);
  if (known.size > 0) {
    await link(making, known);
    checkRequirements(await checkInstalled(target.prefix, stack.packages), stack);
  }
  const linkedBytes = sumOf([...known.values()], ({ bytes }) => bytes);
  if (missing.length > 0 || parts.empty.entry === null) return { linkedBytes, bytes: null };
  return { linkedBytes, bytes: linkedBytes + sumOf([...known.values(), parts.empty.entry], ownBytes) };
}

const ownBytes = ({ own }: KeptEntry): number => sumOf(own, ({ content }) => content.length);

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function link({ options, context, key, target }: Making, entries: KeptEntries): Promise<void> {
  const { kept, clock } = options;
  return linkKept(entries, { store: kept, clock, prefix: target.prefix, key, signal: context.signal });
}

/** Leaves an environment in which `missing` are installed, compiled and checked. */
async function installMissing(
  making: Making,
  parts: KeptParts,
  missing: readonly PartOfStack[],
): Promise<void> {
  const { options, request, context, key, target, say } = making;
  const { paths, clock } = options;
  await mkdir(paths.cache, { recursive: true });
  await using workspace = await createWorkspace(paths.workspaces, `${key}-${options.nextId()}`);
  const run = new BuildRun(options, request, context, { target, workspace: workspace.path });
  const empty = await emptyEnvironment(making, parts.empty, run);
  await install(making, missing, run, workspace.path);
  const installed = await checkInstalled(target.prefix, packagesOf(missing, parts, request));
  if (missing.length === parts.files.length) checkRequirements(installed, request.stack);
  const compilerOutput = await run.compile();
  const wheels = missing.flatMap(({ id, file: { filename, local } }) =>
    id === null || filename === null || local === null ? [] : [{ id, filename, path: local.path }],
  );
  if (wheels.length < missing.length) return;
  const { prefix } = target;
  await keepInstalled({ store: options.kept, clock, prefix, key, empty, wheels, compilerOutput, say });
}

/** Made by the tool, unless it was linked already. */
async function emptyEnvironment(
  { options, key, target }: Making,
  { id, entry }: KeptParts['empty'],
  run: BuildRun,
): Promise<EmptyEnvironment> {
  if (entry === null) {
    await run.create();
    return readEmpty(target.prefix, key, id, options.clock);
  }
  const { own, folders, links } = entry;
  const tree = { files: own.map(({ path }) => path), folders, links: links.map(({ path }) => path) };
  return { id, tree, entry: null };
}

/** The plan has the order of the stack. */
function packagesOf(
  missing: readonly PartOfStack[],
  { files }: KeptParts,
  { stack }: BuildRequest,
): BuildRequest['stack']['packages'] {
  const wanted = new Set(missing);
  return stack.packages.filter((_item, position) => wanted.has(files[position] as PartOfStack));
}

async function install(
  { options, request, context, target, say }: Making,
  missing: readonly PartOfStack[],
  run: BuildRun,
  workspace: string,
): Promise<void> {
  if (missing.length === 0) return;
  const files = missing.map(({ file }) => file);
  const requirements = requirementsOf(files);
  const requirementsPath = join(workspace, 'requirements.txt');
  await writeFile(requirementsPath, requirements.text);
  say(requirements.text.trimEnd());
  try {
    await run.install({
      requirementsPath,
      allHashed: requirements.allHashed,
      allowSdists: request.allowSdists && files.some(({ local, isSdist }) => local === null || isSdist),
      indexes: request.indexes.filter((index) => requirements.indexes.includes(index.name)),
      cacheDirectory: options.paths.cache,
    });
  } catch (error) {
    throw (await damageOf(files, options, context.signal)) ?? error;
  }
  for (const name of options.installer.leftovers) await rm(join(target.prefix, name), { force: true });
}

/**
 * What the tool objects to may be our own doing: a file that was whole when it was fetched and is not any more (a disk that
 * fails, a crash before all of it was written). It is removed, so that the next build fetches it again.
 */
async function damageOf(
  files: readonly PartOfStack['file'][],
  { fetch }: StackBuilderOptions,
  signal: AbortSignal,
): Promise<TroopError | null> {
  for (const { filename, local } of files) {
    if (signal.aborted) return null;
    if (local === null || (await fetch.store.verify(local))) continue;
    return new TroopError('TROOP-1426', { file: filename ?? local.path });
  }
  return null;
}
