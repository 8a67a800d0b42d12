// A signal to a process that may be gone already, which is what was wanted.

/** `pid` below zero means a process group. */
export function killQuietly(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: gone.
  }
}
