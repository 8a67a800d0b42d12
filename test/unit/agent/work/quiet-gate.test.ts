import { expect, it } from 'vitest';
import { createQuietGate } from '../../../../agent/work/quiet-gate.ts';
import { settle } from '../../../support/fake-clock.ts';

it('lets everybody talk but while it is closed', async () => {
  const gate = createQuietGate();
  await gate.whenTalkative();
  gate.close();
  gate.close();
  expect(gate.isQuiet()).toBe(true);
  const talked: string[] = [];
  void gate.whenTalkative().then(() => talked.push('a'));
  void gate.whenTalkative().then(() => talked.push('b'));
  await settle();
  expect(talked).toEqual([]);
  gate.open();
  await settle();
  expect(talked).toEqual(['a', 'b']);
  expect(gate.isQuiet()).toBe(false);
});

it('keeps nobody who is told to stop', async () => {
  const gate = createQuietGate();
  gate.close();
  const stop = new AbortController();
  const waiting = gate.whenTalkative(stop.signal);
  stop.abort();
  await waiting;
  expect(gate.isQuiet()).toBe(true);
});
