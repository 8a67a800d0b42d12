// Time as a port. Leases and loops take a Clock, so that a whole fleet can be simulated on a fake one.

export interface Clock {
  /** Wall clock, UTC, milliseconds since the epoch: for people and records, never for deadlines. */
  nowMs(): number;
  /** Monotonic, milliseconds from an arbitrary start: for deadlines and leases. */
  monotonicMs(): number;
  /** Resolves after `durationMs`, or at once when `signal` aborts; never rejects. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = setTimeout(finish, Math.max(0, durationMs));
      signal?.addEventListener('abort', finish, { once: true });
    }),
};
