// What happened in a run, as one hash: two runs of one seed have to give the same.
import { createHash } from 'node:crypto';

export interface Trace {
  /** Words of one event; no text that is random by nature, such as a signature. */
  note(...words: readonly (string | number | null)[]): void;
  /** The last events, for people. */
  readonly tail: readonly string[];
  readonly events: number;
  digest(): string;
}

const KEPT = 40;

export function createTrace(nowMs: () => number): Trace {
  const hash = createHash('sha256');
  const tail: string[] = [];
  const startMs = nowMs();
  let events = 0;
  return {
    note: (...words) => {
      const line = `${((nowMs() - startMs) / 1000).toFixed(3)} ${words.join(' ')}`;
      hash.update(line).update('\n');
      events += 1;
      tail.push(line);
      if (tail.length > KEPT) tail.shift();
    },
    tail,
    get events() {
      return events;
    },
    digest: () => hash.copy().digest('hex'),
  };
}
