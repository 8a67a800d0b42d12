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
  /** Takes one of those available now and hides it for `hiddenMs`; `pick` chooses among `count` of them. */
  take(nowMs: number, hiddenMs: number, pick: (count: number) => number): StoredMessage | null;
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
      const available = [...messages].filter((message) => message.availableAtMs <= nowMs);
      const message = available[pick(available.length)];
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
