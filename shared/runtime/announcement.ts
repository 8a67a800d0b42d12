// Waiting for something to happen without polling: whoever waits is told at the next announcement.

export interface Announcement {
  /** Tells all that wait now. */
  announce(): void;
  /** Resolves at the next announcement, or when the signal aborts; never rejects. */
  next(signal?: AbortSignal): Promise<void>;
}

export function createAnnouncement(): Announcement {
  const waiting = new Set<() => void>();
  return {
    announce: () => {
      for (const finish of waiting) finish();
    },
    next: (signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const finish = (): void => {
          waiting.delete(finish);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        waiting.add(finish);
        signal?.addEventListener('abort', finish, { once: true });
      }),
  };
}
