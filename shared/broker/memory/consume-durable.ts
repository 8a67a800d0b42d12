// A consumer of results or logs on the memory hub: a bounded number at once, again after a while when the handler asks
// for it or throws, and after `stop` none any more.
import type { DurableChannel, DurableHandler } from '../broker.ts';
import { pickOf, type HubState } from './hub-state.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';

const MAXIMUM_IN_FLIGHT = 64;
const RETRY_AFTER_MS = 1_000;

/** Starts consuming; the function that it gives stops it and waits for what is being handled. */
export function consumeFromMemory(
  state: HubState,
  channel: DurableChannel,
  handler: DurableHandler,
): () => Promise<void> {
  const { clock, durableAckWaitMs } = state.options;
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();

  const handle = async (store: MessageStore, message: StoredMessage): Promise<void> => {
    await state.dice.travel();
    const drops = state.drops;
    const delivery = { subject: message.subject, body: Uint8Array.from(message.body) };
    const verdict = await handler(delivery).catch(() => 'retry' as const);
    if (!state.isUp || state.drops !== drops || state.dice.isLost()) return;
    if (verdict === 'done') store.remove(message);
    else message.availableAtMs = clock.monotonicMs() + RETRY_AFTER_MS;
  };

  const takeNext = (): boolean => {
    const store = state.isUp ? state.storage?.durable[channel] : undefined;
    if (store === undefined || inFlight.size >= MAXIMUM_IN_FLIGHT) return false;
    const hiddenMs = state.dice.isDoubled() ? 0 : durableAckWaitMs;
    const message = store.take(clock.monotonicMs(), hiddenMs, pickOf(state));
    if (message === null) return false;
    const handled = handle(store, message).finally(() => inFlight.delete(handled));
    inFlight.add(handled);
    return true;
  };

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      if (takeNext()) continue;
      await somethingToDo(state, channel, { inFlight, stopping: stopping.signal });
    }
    await Promise.all(inFlight);
  })();

  return async () => {
    stopping.abort();
    await loop;
  };
}

/** Waits for an arrival, a hidden message's time, a free place, or the end. */
async function somethingToDo(
  state: HubState,
  channel: DurableChannel,
  options: { inFlight: ReadonlySet<Promise<void>>; stopping: AbortSignal },
): Promise<void> {
  const { clock } = state.options;
  const wakeUp = new AbortController();
  const look = (): void => wakeUp.abort();
  state.waiting.add(look);
  options.stopping.addEventListener('abort', look, { once: true });
  const dueAtMs = state.isUp ? state.storage?.durable[channel].nextAvailableAtMs() : null;
  const waits: Promise<unknown>[] = [...options.inFlight];
  waits.push(
    new Promise<void>((resolve) => wakeUp.signal.addEventListener('abort', () => resolve(), { once: true })),
  );
  if (typeof dueAtMs === 'number' && Number.isFinite(dueAtMs)) {
    waits.push(clock.sleep(Math.max(1, dueAtMs - clock.monotonicMs()), wakeUp.signal));
  }
  if (!options.stopping.aborted) await Promise.race(waits);
  options.stopping.removeEventListener('abort', look);
  state.waiting.delete(look);
  wakeUp.abort();
}
