// Few connections, to be polite: so many over all, so many to one host, first come first served. A host that asked us
// to wait (Retry-After) is left alone by everyone, not only by the request that was told so.
import type { Clock } from '../../../shared/runtime/clock.ts';

export interface ConnectionLimits {
  readonly total: number;
  readonly perHost: number;
}

interface Waiter {
  readonly host: string;
  readonly admit: () => void;
}

export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  readonly #clock: Clock;
  readonly #active = new Map<string, number>();
  readonly #notBeforeMs = new Map<string, number>();
  readonly #waiters: Waiter[] = [];
  #total = 0;

  constructor(limits: ConnectionLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Waits for a place and gives back the function that frees it (harmless when called twice). Rejects when `signal` aborts. */
  async acquire(host: string, signal: AbortSignal): Promise<() => void> {
    for (;;) {
      signal.throwIfAborted();
      const pauseMs = this.#pauseMs(host);
      if (pauseMs > 0) {
        await this.#clock.sleep(pauseMs, signal);
        continue;
      }
      if (this.#hasPlace(host)) this.#take(host);
      else await this.#wait(host, signal);
      // It may have asked for the pause while we waited for our place.
      if (this.#pauseMs(host) <= 0) break;
      this.#free(host);
    }
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#free(host);
    };
  }

  /** Nobody asks `host` for the next `durationMs`. */
  pause(host: string, durationMs: number): void {
    const until = this.#clock.monotonicMs() + durationMs;
    this.#notBeforeMs.set(host, Math.max(until, this.#notBeforeMs.get(host) ?? 0));
  }

  #pauseMs(host: string): number {
    return (this.#notBeforeMs.get(host) ?? 0) - this.#clock.monotonicMs();
  }

  #hasPlace(host: string): boolean {
    return this.#total < this.#limits.total && (this.#active.get(host) ?? 0) < this.#limits.perHost;
  }

  #take(host: string): void {
    this.#total += 1;
    this.#active.set(host, (this.#active.get(host) ?? 0) + 1);
  }

  #free(host: string): void {
    this.#total -= 1;
    this.#active.set(host, (this.#active.get(host) ?? 1) - 1);
    const next = this.#waiters.findIndex((waiter) => this.#hasPlace(waiter.host));
    if (next === -1) return;
    const [waiter] = this.#waiters.splice(next, 1);
    if (waiter === undefined) return;
    this.#take(waiter.host);
    waiter.admit();
  }

  #wait(host: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abandon = (): void => {
        const place = this.#waiters.indexOf(waiter);
        if (place !== -1) this.#waiters.splice(place, 1);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      };
      const waiter: Waiter = {
        host,
        admit: () => {
          signal.removeEventListener('abort', abandon);
          resolve();
        },
      };
      signal.addEventListener('abort', abandon, { once: true });
      this.#waiters.push(waiter);
    });
  }
}
