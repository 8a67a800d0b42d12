// Ending a process namespace: its process 1 is killed, and the kernel ends the rest before the launcher outside hears
// of it. Killing the launcher first would report the end while the namespace is still being taken down.
import { childrenOf } from './process-tree.ts';

/** `launcher` is the program outside whose child is process 1 of the namespace. */
export function killNamespace(launcher: number): void {
  const inside = childrenOf(launcher);
  // Nothing inside yet: the launcher itself, whose death takes a child that is just being made along.
  for (const pid of inside.length > 0 ? inside : [launcher]) killQuietly(pid);
}

/** SIGKILL; a process that is gone already is what was wanted. */
export function killQuietly(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: gone.
  }
}
