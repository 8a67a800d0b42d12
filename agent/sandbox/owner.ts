// Who holds a directory or a lock file: a process, told from a later one with the same number by its start time.
import { identify } from './process-tree.ts';

export interface Owner {
  readonly pid: number;
  /** Null where there is no /proc: then the number alone must do. */
  readonly startTicks: string | null;
}

export function currentOwner(): Owner {
  return { pid: process.pid, startTicks: identify(process.pid)?.startTicks ?? null };
}

export function isOwnerAlive(owner: Owner): boolean {
  if (owner.startTicks !== null) return identify(owner.pid)?.startTicks === owner.startTicks;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Reads what `JSON.stringify(owner)` wrote; null when it is not one. */
export function parseOwner(text: string): Owner | null {
  try {
    const value = JSON.parse(text) as Partial<Owner> | null;
    if (typeof value?.pid !== 'number') return null;
    return { pid: value.pid, startTicks: typeof value.startTicks === 'string' ? value.startTicks : null };
  } catch {
    return null;
  }
}
