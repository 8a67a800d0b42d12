// The end of a process namespace. Its process 1 is killed, and the kernel ends and reaps everything else in there before
// that process itself is gone. The launcher outside may end earlier (bubblewrap does, even when nobody is killed), so
// the end is told only when process 1 is gone.
import type { Clock } from '../../shared/runtime/clock.ts';
import { killQuietly } from './kill-quietly.ts';
import { childrenOf, identify, isSameProcess, type ProcessIdentity } from './process-tree.ts';

const POLL_MS = 2;
const PATIENCE_MS = 10_000;

export class NamespaceLife {
  readonly #clock: Clock;
  #inside: readonly ProcessIdentity[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `launcher` is the program outside whose child is process 1 of the namespace. */
  ready(launcher: number): void {
    this.#inside = childrenOf(launcher).flatMap((pid) => identify(pid) ?? []);
  }

  killAll(launcher: number): void {
    if (this.#inside.length === 0) this.ready(launcher);
    // Nothing inside yet: the launcher itself, whose death takes a child that is just being made along.
    if (this.#inside.length === 0) killQuietly(launcher);
    for (const known of this.#inside) if (isSameProcess(known)) killQuietly(known.pid);
  }

  /** The launcher has ended. A process that cannot die (waiting for a broken disk) is given up after ten seconds. */
  async settle(): Promise<void> {
    const deadlineMs = this.#clock.monotonicMs() + PATIENCE_MS;
    while (this.#inside.some(isSameProcess) && this.#clock.monotonicMs() < deadlineMs) {
      await this.#clock.sleep(POLL_MS);
    }
  }
}
