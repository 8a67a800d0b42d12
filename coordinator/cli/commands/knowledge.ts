// `troop knowledge sync|import|export|show|list`
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Release } from '../../../shared/stack/release.ts';
import { TroopError, type SerialisedError } from '../../../shared/errors/troop-error.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { readWholeNumber } from '../../../shared/runtime/settings.ts';
import { bar, createProgressBlock } from '../../../shared/terminal/progress-block.ts';
import { formatBytes } from '../../../shared/terminal/format.ts';
import { tableLines } from '../../../shared/terminal/table.ts';
import type { Terminal } from '../../../shared/terminal/terminal.ts';
import { closingLines } from '../../knowledge/sync/closing-lines.ts';
import type { SyncProgress, SyncSummary } from '../../knowledge/sync/sync-options.ts';
import { readRequestFlags, type RequestFlags } from '../request-flags.ts';
import type { ApiClient } from '../api-client.ts';
import { fillWholeFile } from '../../export/write-whole-file.ts';
import { openKnowledgeFile } from '../../knowledge/knowledge-file.ts';
import { openContext, type CommonFlags } from '../command-context.ts';

export interface SyncFlags extends CommonFlags, RequestFlags {
  readonly index?: readonly string[];
  readonly python?: readonly string[];
  readonly platform?: string;
  readonly latest?: string;
  readonly excludeNewer?: string;
  readonly allowSdists?: boolean;
}

/** What the API is asked for a sync. */
export interface SyncRequest {
  readonly requirements: readonly string[];
  readonly indexes: readonly string[];
  readonly pythons: readonly string[];
  readonly platform?: string;
  readonly latest?: number;
  readonly excludeNewer?: string;
  readonly allowSdists?: boolean;
}

export interface SyncStatus {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: SyncProgress | null;
  readonly summary: SyncSummary | null;
  readonly error: SerialisedError | null;
}

const POLL_MS = 250;

export async function syncCommand(words: readonly string[], flags: SyncFlags): Promise<number> {
  const { requirements, notes } = await readRequestFlags(words, flags, () =>
    Promise.resolve((flags.index ?? []).map(indexNamed)),
  );
  const { api, terminal, answer } = await openContext(flags);
  for (const note of notes) terminal.say(`note: ${note}`);
  const summary = await runSync(api, terminal, {
    requirements,
    indexes: flags.index ?? [],
    pythons: flags.python ?? [],
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.latest === undefined ? {} : { latest: readWholeNumber('--latest', flags.latest, 10_000) }),
    ...(flags.excludeNewer === undefined ? {} : { excludeNewer: flags.excludeNewer }),
    ...(flags.allowSdists === undefined ? {} : { allowSdists: flags.allowSdists }),
  });
  answer(summary, closingLines);
  return 0;
}

/** `NAME=URL`; what has no such form is the coordinator's to refuse. */
function indexNamed(text: string): { readonly name: string; readonly url?: string } {
  const [, name = text, url] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  return url === undefined ? { name } : { name, url };
}

/** Starts a sync in the coordinator and shows its progress until it is done. Throws what it failed with. */
export async function runSync(
  api: ApiClient,
  terminal: Terminal,
  request: SyncRequest,
): Promise<SyncSummary> {
  const started = await api.post<SyncStatus>('/knowledge/syncs', request);
  const block = createProgressBlock(terminal, systemClock);
  for (;;) {
    const status = await api.get<SyncStatus>(`/knowledge/syncs/${started.id}`);
    if (status.progress !== null) {
      block.show(
        [progressLine(status.progress)],
        `sync ${status.progress.projectsDone}/${status.progress.projectsKnown} projects`,
      );
    }
    if (status.state !== 'running') {
      block.finish({ erase: true });
      if (status.summary !== null) return status.summary;
      throw errorOf(status.error);
    }
    await systemClock.sleep(POLL_MS);
  }
}

function progressLine(progress: SyncProgress): string {
  const known = progress.projectsKnown + progress.metadataKnown;
  const done = progress.projectsDone + progress.metadataDone;
  return [
    `sync  ${bar(known === 0 ? 0 : done / known, 20)}`,
    `${progress.projectsDone}/${progress.projectsKnown} projects`,
    `${progress.metadataDone}/${progress.metadataKnown} metadata`,
    formatBytes(progress.bytes),
    progress.current,
  ].join('  ');
}

function errorOf(error: SerialisedError | null): TroopError {
  return error === null
    ? new TroopError('TROOP-1001', { reason: 'the sync ended without a word' })
    : new TroopError(error.code, error.facts);
}

export async function importCommand(file: string, flags: CommonFlags): Promise<number> {
  // Opened before anybody is called, so that a missing file is not taken for a coordinator that does not answer.
  const { content, notes } = await openKnowledgeFile(file);
  const { api, answer, terminal } = await openContext(flags);
  for (const note of notes) terminal.say(`note: ${note}`);
  const saved = await api.upload<{ id: string; isNew: boolean }>('/knowledge/import', content);
  answer(saved, ({ id, isNew }) => [`snapshot ${id}${isNew ? '' : ' (was there already)'}`]);
  return 0;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function exportCommand(
  file: string,
  flags: CommonFlags & { urls: boolean; snapshot?: string },
): Promise<number> {
  const { api, terminal } = await openContext(flags);
  const query = new URLSearchParams({ urls: String(flags.urls), snapshot: flags.snapshot ?? 'latest' });
  const body = await api.download(`/knowledge/export?${query.toString()}`);
  if (file === '-') {
    await pipeline(received(body, api.url), process.stdout, { end: false });
    return 0;
  }
  await fillWholeFile(file, (sink) =>
    file.endsWith('.gz')
      ? pipeline(received(body, api.url), createGzip(), sink)
      : pipeline(received(body, api.url), sink),
  );
  terminal.say(`written to ${file}`);
  return 0;
}

/** The body; that it was cut off is said to be the coordinator's fault, not that of the file. */
async function* received(body: Readable, url: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    throw new TroopError('TROOP-1003', { url, reason: reasonOf(error) }, { cause: error });
  }
}

export async function showCommand(name: string, flags: CommonFlags & { snapshot?: string }): Promise<number> {
  const { api, answer, terminal } = await openContext(flags);
  const query = new URLSearchParams({ snapshot: flags.snapshot ?? 'latest' });
  const found = await api.get<{ snapshot: string; releases: readonly Release[] }>(
    `/knowledge/projects/${encodeURIComponent(name)}?${query.toString()}`,
  );
  answer(found, ({ releases }) =>
    tableLines(
      terminal,
      [
        { title: 'version' },
        { title: 'index' },
        { title: 'files', align: 'right' },
        { title: 'python' },
        { title: 'requires' },
      ],
      releases.map((release) => [
        `${release.version}${release.yanked ? ' (yanked)' : ''}`,
        release.index,
        String(release.files.length),
        release.requires_python ?? '-',
        release.requires_dist === null ? 'needs a build to know' : clipped(release.requires_dist.join(', ')),
      ]),
    ),
  );
  return 0;
}

export async function listCommand(flags: CommonFlags): Promise<number> {
  interface Listed {
    readonly id: string;
    readonly source: string;
    readonly projects: number;
    readonly releases: number;
    readonly savedAt: string;
  }
  const { api, answer, terminal } = await openContext(flags);
  answer(await api.get<{ items: readonly Listed[] }>('/knowledge/snapshots'), ({ items }) =>
    tableLines(
      terminal,
      [
        { title: 'snapshot' },
        { title: 'from' },
        { title: 'projects', align: 'right' },
        { title: 'releases', align: 'right' },
        { title: 'saved' },
      ],
      items.map((one) => [one.id, one.source, String(one.projects), String(one.releases), one.savedAt]),
    ),
  );
  return 0;
}

const clipped = (text: string): string => (text.length <= 80 ? text || '-' : `${text.slice(0, 79)}…`);
