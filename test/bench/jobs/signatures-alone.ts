// What the promise that nobody is believed by his subject alone costs, and nothing else: the messages of one job, signed by
// their senders and verified by their receivers, in one thread. No fleet with such messages is faster on a core of its own.
import { generateKeyPairSync } from 'node:crypto';
import { isSignedBy, openEnvelope, seal } from '../../../shared/protocol/envelope.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';

/** The offer; claim, renewal and their answers; a block and the end, each with the word that it is committed. */
const MESSAGES_A_JOB = 9;
const HEADER = { cause: null, at: '2026-01-01T00:00:00Z', from: 'coordinator', kind: 'offer' } as const;
const BODY = { text: 'x'.repeat(300) };

/** Jobs a second. */
export function signedJobsPerSecond(jobs: number): number {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const startedMs = systemClock.monotonicMs();
  for (let message = 0; message < jobs * MESSAGES_A_JOB; message++) {
    const sealed = seal({ ...HEADER, id: String(message) }, BODY, privateKey);
    if (!isSignedBy(openEnvelope(sealed), publicKey)) throw new Error('a signature was not believed');
  }
  return (1000 * jobs) / (systemClock.monotonicMs() - startedMs);
}
