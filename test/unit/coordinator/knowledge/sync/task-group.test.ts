import { describe, expect, it } from 'vitest';
import { createTaskGroup } from '../../../../../coordinator/knowledge/sync/task-group.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a group of tasks', () => {
  it('runs what its tasks add, first come first served, and never too many at once', async () => {
    const group = createTaskGroup(2);
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const task = (number: number, adds: readonly number[]) => async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      order.push(number);
      for (const added of adds) group.add(task(added, []));
      running -= 1;
    };
    for (const number of [1, 2, 3]) group.add(task(number, [number * 10]));
    await group.idle();
    expect(order.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 10, 20, 30]);
    expect(order.slice(0, 2)).toEqual([1, 2]);
    expect(most).toBe(2);
  });

  it('ends with the first failure, starts nothing after it, and waits for what runs', async () => {
    const group = createTaskGroup(2);
    const ended: string[] = [];
    group.add(async () => {
      await turn();
      throw new Error('first');
    });
    group.add(async () => {
      await turn();
      await turn();
      ended.push('running');
    });
    group.add(async () => {
      ended.push('never');
    });
    await expect(group.idle()).rejects.toThrow('first');
    expect(ended).toEqual(['running']);
  });

  it('is idle when nothing was added', async () => {
    await expect(createTaskGroup(1).idle()).resolves.toBeUndefined();
  });
});
