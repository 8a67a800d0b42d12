// Waits for whichever comes first, and leaves nothing behind: what lost is told to end, and the caller's signal, which may
// live as long as the process, keeps no listener of a wait that is over. (A signal composed by `AbortSignal.any` is kept
// by Node for as long as it has listeners and its source lives.)

/** Ours, since Node makes one with a trace for every abort that has none. */
const OVER = new Error('the wait is over');

/**
 * Resolves or rejects as the first of the waits does. The waits get a signal that aborts when `signal` does and when one
 * of them is done, so each of them should then end; what they come to after that is not looked at.
 */
export async function firstOf(
  signal: AbortSignal,
  ...waits: readonly ((until: AbortSignal) => Promise<void>)[]
): Promise<void> {
  const over = new AbortController();
  const end = (): void => {
    over.abort(OVER);
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  try {
    await Promise.race(waits.map((wait) => wait(over.signal)));
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
