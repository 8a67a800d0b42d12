import { describe, expect, it } from 'vitest';
import { stopWishes, type StopSignal } from '../../../../shared/runtime/stop-wishes.ts';

function listen() {
  let nowMs = 5;
  const heard: [StopSignal, number][] = [];
  const onSignal = stopWishes({ monotonicMs: () => nowMs }, (signal, times) => heard.push([signal, times]));
  const at = (timeMs: number, signal: StopSignal): void => {
    nowMs = timeMs;
    onSignal(signal);
  };
  return { heard, at };
}

describe('wishes to stop', () => {
  it('takes the same signal, delivered to child and group, for one wish', () => {
    const { heard, at } = listen();
    at(5, 'SIGTERM');
    at(5, 'SIGTERM');
    at(40, 'SIGINT');
    expect(heard).toEqual([['SIGTERM', 1]]);
  });

  it('takes a later signal for a second wish', () => {
    const { heard, at } = listen();
    at(5, 'SIGINT');
    at(1200, 'SIGINT');
    expect(heard).toEqual([
      ['SIGINT', 1],
      ['SIGINT', 2],
    ]);
  });
});
