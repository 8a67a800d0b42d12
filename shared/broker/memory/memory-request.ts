// Request and reply on the memory hub: everybody who listens is asked, the first answer counts, and an answer that is
// lost or late is no answer.
import { TroopError } from '../../errors/troop-error.ts';
import type { HubState } from './hub-state.ts';
import { subjectMatches } from './subject-match.ts';

export async function memoryRequest(
  state: HubState,
  request: { subject: string; body: Uint8Array; timeoutMs: number },
): Promise<Uint8Array> {
  const { subject, body, timeoutMs } = request;
  const nobody = (): TroopError => new TroopError('TROOP-1705', { subject, timeoutMs });
  const listeners = [...state.requests].filter((listener) => subjectMatches(listener.pattern, subject));
  if (listeners.length === 0) throw nobody();

  const dropsBefore = state.drops;
  const done = new AbortController();
  const answer = new Promise<Uint8Array>((resolve) => {
    const ask = async (handler: (typeof listeners)[number]['handler']): Promise<void> => {
      if (state.dice.isLost()) return;
      await state.dice.travel();
      // A handler that throws leaves the request unanswered, as it would across a network.
      const reply = await handler(subject, Uint8Array.from(body)).catch(() => null);
      if (reply === null || state.dice.isLost()) return;
      await state.dice.travel();
      if (state.isUp && state.drops === dropsBefore) resolve(Uint8Array.from(reply));
    };
    for (const { handler } of listeners) {
      const times = state.dice.isDoubled() ? 2 : 1;
      for (let time = 0; time < times; time++) void ask(handler);
    }
  });
  const late = state.options.clock.sleep(timeoutMs, done.signal).then(() => null);
  const first = await Promise.race([answer, late]);
  done.abort();
  if (first === null) throw nobody();
  return first;
}
