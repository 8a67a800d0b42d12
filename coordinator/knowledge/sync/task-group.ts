// Work that makes more work, first come first served, so many at a time. The first failure stops the rest.

export interface TaskGroup {
  add(task: () => Promise<void>): void;
  /** Resolves when nothing is left, rejects with the first failure once what runs has ended. */
  idle(): Promise<void>;
}

export function createTaskGroup(concurrency: number): TaskGroup {
  const queue: (() => Promise<void>)[] = [];
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  const waiting: (() => void)[] = [];

  const settle = (): void => {
    if (running > 0 || (queue.length > 0 && failure === undefined)) return;
    for (const wake of waiting.splice(0)) wake();
  };

  const start = async (task: () => Promise<void>): Promise<void> => {
    running += 1;
    try {
      await task();
    } catch (error) {
      failure ??= { error };
    } finally {
      running -= 1;
      fill();
      settle();
    }
  };

  const fill = (): void => {
    while (failure === undefined && running < concurrency) {
      const task = queue.shift();
      if (task === undefined) return;
      void start(task);
    }
  };

  return {
    add: (task) => {
      queue.push(task);
      fill();
    },
    idle: async () => {
      if (running > 0) await new Promise<void>((resolve) => waiting.push(resolve));
      if (failure !== undefined) throw failure.error;
    },
  };
}
