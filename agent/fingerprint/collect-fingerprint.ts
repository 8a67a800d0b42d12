// Reads all facts of a machine, a few at once, each within its time. One that fails or hangs leaves its part unknown,
// with the reason; the fingerprint as a whole never fails.
import { mergeFingerprint } from '../../shared/machine/merge-fingerprint.ts';
import type { Fingerprint, PartialFingerprint } from '../../shared/machine/fingerprint.ts';
import type { Clock } from '../../shared/runtime/clock.ts';
import type { Fact } from './fact.ts';
import type { MachineReader } from './machine-reader.ts';
import { mapBounded } from './run-bounded.ts';

const FACTS_AT_ONCE = 4;
const DEFAULT_FACT_TIMEOUT_MS = 90_000;

export interface CollectOptions {
  readonly reader: MachineReader;
  readonly facts: readonly Fact[];
  readonly clock: Clock;
  /** How long one fact may take; 90 s when absent. */
  readonly factTimeoutMs?: number;
}

export async function collectFingerprint(options: CollectOptions): Promise<Fingerprint> {
  const findings = await mapBounded(options.facts, FACTS_AT_ONCE, (fact) => collectOne(fact, options));
  return mergeFingerprint(findings);
}

async function collectOne(fact: Fact, options: CollectOptions): Promise<PartialFingerprint> {
  const timeoutMs = options.factTimeoutMs ?? DEFAULT_FACT_TIMEOUT_MS;
  const answered = new AbortController();
  const late = options.clock
    .sleep(timeoutMs, answered.signal)
    .then(() => unknownAll(fact, `reading it took longer than ${timeoutMs / 1000} s`));
  try {
    return await Promise.race([fact.collect(options.reader), late]);
  } catch (error) {
    return unknownAll(fact, `reading it failed: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    answered.abort();
  }
}

const unknownAll = (fact: Fact, reason: string): PartialFingerprint => ({
  unknown: Object.fromEntries(fact.provides.map((name) => [name, reason])),
});
