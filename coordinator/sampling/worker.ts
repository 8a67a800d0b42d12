// The sampling thread: spaces are compiled and walked here, so that the coordinator's event loop never waits for them.
// Calls are answered one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { silentLogger } from '../../shared/runtime/logger.ts';
import { openKnowledgeStore } from '../knowledge/store/knowledge-store.ts';
import { openPool } from '../store/pool.ts';
import { createSamplingEngine } from './engine.ts';
import type { WorkerAnswer, WorkerCall, WorkerSettings } from './worker-protocol.ts';

const { databaseUrl } = workerData as WorkerSettings;
const pool = openPool({
  connectionString: databaseUrl,
  logger: silentLogger,
  maximumConnections: 1,
  applicationName: 'troop sampling',
});
const store = openKnowledgeStore(pool);
const engine = createSamplingEngine((id) => store.loadSnapshot(id, new AbortController().signal));

async function answer(call: WorkerCall): Promise<WorkerAnswer> {
  try {
    if (call.kind === 'draw') {
      return { id: call.id, ok: true, drawn: await engine.draw(call.request, call.count) };
    }
    await engine.check(call.request);
    return { id: call.id, ok: true, drawn: null };
  } catch (error) {
    const known =
      error instanceof TroopError ? error : new TroopError('TROOP-1001', { reason: String(error) });
    return { id: call.id, ok: false, error: known.serialise() };
  }
}

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (call: WorkerCall) => {
  last = last.then(async () => parentPort?.postMessage(await answer(call)));
});
