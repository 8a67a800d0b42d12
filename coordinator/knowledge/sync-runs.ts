// Syncs that were asked for over HTTP: one runs at a time, its progress and its end can be asked for. What a sync has
// fetched survives the coordinator; a run that was under way when it stopped is simply asked for again.
import { TroopError, type SerialisedError } from '../../shared/errors/troop-error.ts';
import type { Ids } from '../../shared/runtime/ids.ts';
import type { SyncProgress, SyncSummary } from './sync/sync-options.ts';

export interface SyncRun {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: SyncProgress | null;
  readonly summary: SyncSummary | null;
  readonly error: SerialisedError | null;
}

export interface SyncRuns<Request> {
  /** Throws TROOP-1006 while another one runs. */
  start(request: Request): SyncRun;
  /** Throws TROOP-1005. */
  show(id: string): SyncRun;
  /** Aborts what runs and waits for it. */
  stop(): Promise<void>;
}

export type RunSync<Request> = (
  request: Request,
  onProgress: (progress: SyncProgress) => void,
  signal: AbortSignal,
) => Promise<SyncSummary>;

const KEPT_RUNS = 20;

export function createSyncRuns<Request>(ids: Ids, run: RunSync<Request>): SyncRuns<Request> {
  const runs = new Map<string, SyncRun>();
  const stopping = new AbortController();
  let current: { id: string; ended: Promise<void> } | null = null;

  const change = (id: string, change: Partial<SyncRun>): void => {
    const known = runs.get(id);
    if (known !== undefined) runs.set(id, { ...known, ...change });
  };

  const work = async (id: string, request: Request): Promise<void> => {
    try {
      const summary = await run(request, (progress) => change(id, { progress }), stopping.signal);
      change(id, { state: 'done', summary });
    } catch (error) {
      const known =
        error instanceof TroopError ? error : new TroopError('TROOP-1001', { reason: String(error) });
      change(id, { state: 'failed', error: known.serialise() });
    } finally {
      current = null;
    }
  };

  return {
    start: (request) => {
      if (current !== null) {
        throw new TroopError('TROOP-1006', {
          what: 'the sync',
          reason: `sync ${current.id} is still running`,
        });
      }
      const id = ids.next();
      const fresh: SyncRun = { id, state: 'running', progress: null, summary: null, error: null };
      runs.set(id, fresh);
      for (const old of [...runs.keys()].slice(0, -KEPT_RUNS)) runs.delete(old);
      current = { id, ended: work(id, request) };
      return fresh;
    },
    show: (id) => {
      const known = runs.get(id);
      if (known === undefined) throw new TroopError('TROOP-1005', { what: 'sync', name: id });
      return known;
    },
    stop: async () => {
      stopping.abort();
      await current?.ended;
    },
  };
}
