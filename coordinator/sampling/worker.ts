// The sampling thread: spaces are compiled and walked here, so that the event loop of the program never waits for them.
// Calls are answered one after the other.
import { parentPort, workerData } from 'node:worker_threads';
import { TroopError } from '../../shared/errors/troop-error.ts';
import { createSamplingEngine, type SamplingEngine } from './engine.ts';
import type { Queries } from './queries/answer-query.ts';
import type { CallBody, WorkerAnswer, WorkerCall, WorkerSettings } from './worker-protocol.ts';

/** What the other kind of knowledge needs is not loaded: a command on a file starts without a database driver. */
async function openEngine({ knowledge }: WorkerSettings): Promise<SamplingEngine> {
  if ('file' in knowledge) {
    const { readSnapshotFile } = await import('../knowledge/read-snapshot-file.ts');
    return createSamplingEngine(() => readSnapshotFile(knowledge.file));
  }
  const { loadFromDatabase } = await import('./load-from-database.ts');
  const { loadSnapshot, logs } = loadFromDatabase(knowledge.databaseUrl);
  return createSamplingEngine(loadSnapshot, logs);
}

async function carryOut(engine: SamplingEngine, body: CallBody): Promise<unknown> {
  if (body.kind === 'draw') return await engine.draw(body.request, body.count);
  if (body.kind === 'page') return await engine.page(body.request, body.count);
  if (body.kind === 'check') return await engine.check(body.request);
  return await engine.ask(body.query, body.request as Queries[typeof body.query]['request']);
}

async function answer(engine: Promise<SamplingEngine>, { id, body }: WorkerCall): Promise<WorkerAnswer> {
  try {
    return { id, ok: true, value: await carryOut(await engine, body) };
  } catch (error) {
    const known =
      error instanceof TroopError ? error : new TroopError('TROOP-1001', { reason: String(error) });
    return { id, ok: false, error: known.serialise() };
  }
}

const engine = openEngine(workerData as WorkerSettings);
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (call: WorkerCall) => {
  last = last.then(async () => parentPort?.postMessage(await answer(engine, call)));
});
