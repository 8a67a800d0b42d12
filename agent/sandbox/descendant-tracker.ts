// Finds every process that a command left behind when no namespace holds them together: the process group, the tree
// below it, what was seen in the tree before it moved away, and whatever still carries the marker in its environment.
import type { Clock } from '../../shared/runtime/clock.ts';
import { killQuietly } from './kill-quietly.ts';
import {
  identify,
  isSameProcess,
  processesWithEnvironmentEntry,
  processTree,
  type ProcessIdentity,
} from './process-tree.ts';

const FOLLOW_MS = 250;
const SETTLE_ROUNDS = 200;
const SETTLE_MS = 10;

export class DescendantTracker {
  readonly #clock: Clock;
  readonly #marker: string;
  readonly #over = new AbortController();
  readonly #seen = new Map<number, ProcessIdentity>();

  constructor(clock: Clock, marker: string) {
    this.#clock = clock;
    this.#marker = marker;
  }

  /** From now on remembers the tree from time to time, so that a process that leaves it later is known. */
  ready(root: number): void {
    const loop = async (): Promise<void> => {
      while (!this.#over.signal.aborted) {
        this.#remember(processTree(root));
        await this.#clock.sleep(FOLLOW_MS, this.#over.signal);
      }
    };
    void loop();
  }

  killAll(root: number): void {
    // Stopped first, so that nobody forks while the others are being looked for.
    killQuietly(-root, 'SIGSTOP');
    this.#remember(processTree(root));
    this.#remember(processesWithEnvironmentEntry(this.#marker));
    for (const known of this.#living()) killQuietly(known.pid, 'SIGSTOP');
    this.#remember(processesWithEnvironmentEntry(this.#marker));
    killQuietly(-root);
    for (const known of this.#living()) killQuietly(known.pid);
  }

  /** The root has ended: kills and waits until a look over the whole machine finds nothing more. */
  async settle(root: number): Promise<void> {
    this.#over.abort();
    for (let round = 0; round < SETTLE_ROUNDS; round++) {
      this.killAll(root);
      if (this.#living().length === 0) return;
      await this.#clock.sleep(SETTLE_MS);
    }
  }

  #remember(pids: readonly number[]): void {
    for (const pid of pids) {
      const identity = identify(pid);
      if (identity !== null && pid !== process.pid) this.#seen.set(pid, identity);
    }
  }

  #living(): readonly ProcessIdentity[] {
    for (const [pid, known] of this.#seen) if (!isSameProcess(known)) this.#seen.delete(pid);
    return [...this.#seen.values()];
  }
}
