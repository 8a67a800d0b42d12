// What the memory broker keeps: messages in the order of their arrival, each hidden for a while once it was taken.
// A message is removed by whoever settles it, holder or not: like the real brokers, this one has no fence.

export interface StoredMessage {
  readonly subject: string;
  readonly body: Uint8Array;
  /** Monotonic time from which it may be taken (again). */
  availableAtMs: number;
  deliveries: number;
}

export interface MessageStore {
  readonly size: number;
  /** Messages that nobody has taken yet. */
  untouched(): number;
  add(subject: string, body: Uint8Array): void;
  /** Takes the oldest of those available now, or the one that `pick` chooses among them, and hides it for `hiddenMs`. */
  take(nowMs: number, hiddenMs: number, pick?: (count: number) => number): StoredMessage | null;
  remove(message: StoredMessage): void;
  /** When the next hidden message becomes available, or null when none is kept. */
  nextAvailableAtMs(): number | null;
  /** Everything that was taken may be taken again at once. */
  reveal(): void;
}

export function messageStore(): MessageStore {
  const messages = new Set<StoredMessage>();
  return {
    get size() {
      return messages.size;
    },
    untouched: () => [...messages].filter((message) => message.deliveries === 0).length,
    add: (subject, body) => {
      messages.add({ subject, body: Uint8Array.from(body), availableAtMs: -Infinity, deliveries: 0 });
    },
    take: (nowMs, hiddenMs, pick) => {
      const isAvailable = (message: StoredMessage): boolean => message.availableAtMs <= nowMs;
      const message =
        pick === undefined ? firstOf(messages, isAvailable) : anyOf(messages, isAvailable, pick);
      if (message === undefined) return null;
      message.availableAtMs = nowMs + hiddenMs;
      message.deliveries += 1;
      return message;
    },
    remove: (message) => {
      messages.delete(message);
    },
    nextAvailableAtMs: () => {
      let next: number | null = null;
      for (const { availableAtMs } of messages) next = Math.min(next ?? Infinity, availableAtMs);
      return next;
    },
    reveal: () => {
      for (const message of messages) message.availableAtMs = -Infinity;
    },
  };
}

/** The oldest one, found without looking at the rest: a long queue is emptied in little time. */
function firstOf(
  messages: ReadonlySet<StoredMessage>,
  fits: (message: StoredMessage) => boolean,
): StoredMessage | undefined {
  for (const message of messages) if (fits(message)) return message;
  return undefined;
}

function anyOf(
  messages: ReadonlySet<StoredMessage>,
  fits: (message: StoredMessage) => boolean,
  pick: (count: number) => number,
): StoredMessage | undefined {
  const fitting = [...messages].filter(fits);
  return fitting[pick(fitting.length)];
}
