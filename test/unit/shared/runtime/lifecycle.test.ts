import { expect, it } from 'vitest';
import { createLifecycle } from '../../../../shared/runtime/lifecycle.ts';
import { silentLogger, type Logger } from '../../../../shared/runtime/logger.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const said: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: ({ part }, message) => said.push(`${String(part)}: ${message}`),
    error: ({ part }, message) => said.push(`${String(part)}: ${message}`),
  };
  const stopped: string[] = [];
  const lifecycle = createLifecycle({ clock, logger, stopDeadlineMs: 1000 });
  const add = (name: string, stop: () => Promise<void> = () => Promise.resolve()): void =>
    lifecycle.started({ name, stop: () => stop().finally(() => stopped.push(name)) });
  return { clock, lifecycle, add, stopped, said };
}

it('stops what was started in the reverse order, once', async () => {
  const { lifecycle, add, stopped, clock } = setUp();
  add('database');
  add('broker');
  add('api');
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  await lifecycle.stop();
  expect(stopped).toEqual(['api', 'broker', 'database']);
  expect(clock.sleepers).toBe(0);
});

it('waits for one part before it stops the next', async () => {
  const { lifecycle, add, stopped, clock } = setUp();
  add('database');
  add('slow', () => clock.sleep(900));
  const end = lifecycle.stop();
  await clock.advance(899);
  expect(stopped).toEqual([]);
  await clock.advance(1);
  await end;
  expect(stopped).toEqual(['slow', 'database']);
});

it('goes on after a part that fails or does not end, and says which', async () => {
  const { lifecycle, add, stopped, said, clock } = setUp();
  add('database');
  add('broken', () => Promise.reject(new Error('no')));
  add('endless', () => new Promise(() => {}));
  const end = lifecycle.stop();
  await clock.advance(1000);
  await end;
  expect(stopped).toEqual(['broken', 'database']);
  expect(said).toEqual(['endless: part did not stop within its deadline', 'broken: part failed to stop']);
});
