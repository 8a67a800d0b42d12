import { expect, it } from 'vitest';
import { keepAlive } from '../../../../coordinator/composition/local-agents.ts';
import { dataDirectoryLayout } from '../../../../coordinator/embedded/data-directory.ts';
import { silentLogger } from '../../../../shared/runtime/logger.ts';
import { systemClock } from '../../../../shared/runtime/clock.ts';

it('an agent that cannot be started now is tried again later, and does not end the coordinator', async () => {
  const stopping = new AbortController();
  const waits: number[] = [];
  const errors: unknown[] = [];
  const clock = {
    ...systemClock,
    sleep: (durationMs: number) => {
      waits.push(durationMs);
      if (waits.length === 3) stopping.abort();
      return Promise.resolve();
    },
  };
  const options = {
    count: 1,
    // There is no folder for its log.
    data: { ...dataDirectoryLayout('/nowhere'), release: () => Promise.resolve() },
    url: 'http://127.0.0.1:1',
    newToken: () => Promise.reject(new Error('nobody joins here')),
    environment: {},
    clock,
    random: () => 0,
    logger: { ...silentLogger, error: (fields: object) => void errors.push(fields) },
  };
  await keepAlive(options, '/nowhere/state', 1, stopping.signal);
  expect(waits).toEqual([500, 1000, 2000]);
  expect(errors).toMatchObject(Array(3).fill({ err: { code: 'ENOENT' } }));
});
