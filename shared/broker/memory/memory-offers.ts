// Offers and durable messages on the memory hub: stored, taken, settled; and lost or doubled where the dice say so.
import { TroopError } from '../../errors/troop-error.ts';
import {
  logSubject,
  offerSubject,
  queueText,
  resultSubject,
  type QueueName,
} from '../../protocol/subjects.ts';
import type { DurableMessage, OfferVerdict, TakenOffer } from '../broker.ts';
import { offersOf, pickOf, wake, type HubState, type Storage } from './hub-state.ts';

const subjectOf = (message: DurableMessage): string =>
  message.channel === 'result'
    ? resultSubject(message.agentId)
    : logSubject(message.agentId, message.jobId ?? '');

/** Stores a result or a log message. */
export function publishToMemory(state: HubState, storage: Storage, message: DurableMessage): void {
  confirmOrLose(state, () => storage.durable[message.channel].add(subjectOf(message), message.body));
}

/** A publication is lost on its way, or stored and its confirmation lost, or stored (perhaps twice) and confirmed. */
function confirmOrLose(state: HubState, keep: () => void): void {
  const lost = (): TroopError =>
    new TroopError('TROOP-1704', { url: 'memory:', reason: 'no confirmation came' });
  if (state.dice.isLost()) throw lost();
  keep();
  if (state.dice.isDoubled()) keep();
  wake(state);
  if (state.dice.isLost()) throw lost();
}

/** Stores an offer unless its id was seen within the window or its queue is full. */
export function storeOffer(
  state: HubState,
  storage: Storage,
  offer: { queue: QueueName; messageId: string; body: Uint8Array },
): OfferVerdict {
  const { clock, maximumOffers, duplicateWindowMs } = state.options;
  const nowMs = clock.monotonicMs();
  for (const [id, untilMs] of storage.seenIds) if (untilMs <= nowMs) storage.seenIds.delete(id);
  if (storage.seenIds.has(offer.messageId)) return 'duplicate';
  const offers = offersOf(storage, offer.queue);
  if (offers.size >= maximumOffers) return 'full';
  confirmOrLose(state, () => {
    if (storage.seenIds.has(offer.messageId)) return;
    storage.seenIds.set(offer.messageId, nowMs + duplicateWindowMs);
    offers.add(offerSubject(offer.queue), offer.body);
  });
  return 'stored';
}

/** Takes an offer of a queue that was made; null when there is none now. */
export function takeFromMemory(
  state: HubState,
  storage: Storage | null,
  queue: QueueName,
): TakenOffer | null {
  if (storage === null || !storage.queues.has(queueText(queue))) return null;
  const { clock, offerAckWaitMs } = state.options;
  const offers = offersOf(storage, queue);
  const hiddenMs = state.dice.isDoubled() ? 0 : offerAckWaitMs;
  const message = offers.take(clock.monotonicMs(), hiddenMs, pickOf(state));
  // Lost under way: it comes again when its time to be settled is over.
  if (message === null || state.dice.isLost()) return null;
  let isSettled = false;
  const settle = async (change: () => void): Promise<void> => {
    await Promise.resolve();
    if (isSettled) return;
    isSettled = true;
    if (!state.isUp) throw new TroopError('TROOP-1704', { url: 'memory:', reason: 'it is down' });
    if (!state.dice.isLost()) change();
  };
  return {
    body: Uint8Array.from(message.body),
    ack: () => settle(() => offers.remove(message)),
    giveBack: (delayMs) =>
      settle(() => {
        message.availableAtMs = clock.monotonicMs() + delayMs;
      }),
  };
}
