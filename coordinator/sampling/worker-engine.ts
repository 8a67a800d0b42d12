// The program's end of the sampling thread. A thread that dies fails the calls that wait and is started again with
// the next one; streams go on from their cursors.
import { Worker } from 'node:worker_threads';
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { Stoppable } from '../../shared/runtime/lifecycle.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { SamplingEngine } from './engine.ts';
import type { Queries } from './queries/answer-query.ts';
import type { Drawn, StackPage } from './streams.ts';
import type { CallBody, WorkerAnswer, WorkerCall, WorkerSettings } from './worker-protocol.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Drawing makes much garbage and keeps little: half of what the engine would take by itself is as fast. */
const YOUNG_GENERATION_MB = 24;

/** Starts the thread with the first call. */
export function openWorkerEngine(options: {
  settings: WorkerSettings;
  logger: Logger;
}): SamplingEngine & Stoppable {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let lastId = 0;

  const failAll = (reason: string): void => {
    const error = new TroopError('TROOP-1001', { reason });
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: options.settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    started.on('message', (answer: WorkerAnswer) => {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) call?.resolve(answer.value);
      else call?.reject(new TroopError(answer.error.code, answer.error.facts));
    });
    started.on('error', (error) => options.logger.error({ err: error }, 'the sampling thread broke'));
    started.on('exit', () => {
      if (worker === started) worker = null;
      failAll('the sampling thread ended');
    });
    return started;
  };

  const call = (body: CallBody): Promise<unknown> =>
    new Promise((resolve, reject) => {
      worker ??= start();
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      worker.postMessage({ id: lastId, body } satisfies WorkerCall);
    });

  return {
    name: 'sampling',
    check: async (request) => {
      await call({ kind: 'check', request });
    },
    draw: async (request, count) => (await call({ kind: 'draw', request, count })) as Drawn,
    page: async (request, count) => (await call({ kind: 'page', request, count })) as StackPage,
    ask: async (query, request) =>
      (await call({ kind: 'ask', query, request })) as Queries[typeof query]['answer'],
    stop: async () => {
      await worker?.terminate();
      worker = null;
    },
  };
}
