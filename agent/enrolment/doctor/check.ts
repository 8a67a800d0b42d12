// One check of `troop-agent doctor`: one file, one line of the registry. A check tells what it saw and, where something
// is wrong, what to do about it. What is not needed is skipped or warned of; only what keeps the machine from serving
// a fleet is a fail.
import type { Fingerprint } from '../../../shared/machine/fingerprint.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { StateLayout } from '../../state-layout.ts';
import type { Credentials } from '../credentials.ts';
import type { CoordinatorProbe } from './probe-coordinator.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was seen, in one sentence. */
  readonly seen: string;
  /** What to do; null when there is nothing to do. */
  readonly fix: string | null;
}

export interface DoctorContext {
  readonly fingerprint: Fingerprint;
  readonly layout: StateLayout;
  /** Null when the machine has not joined; an error when the file is there and cannot be used. */
  readonly credentials: Credentials | Error | null;
  readonly platform: string;
  readonly nodeVersion: string;
  readonly isRoot: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Directories to look for programs in, as in PATH. */
  readonly searchPath: readonly string[];
  readonly clock: Clock;
  readonly nextId: () => string;
  /** How long the broker may take to let us in. */
  readonly brokerTimeoutMs: number;
  /** Asks the coordinator, once however many checks want to know. */
  readonly askCoordinator: (credentials: Credentials) => Promise<CoordinatorProbe>;
}

export interface Check {
  readonly id: string;
  /** What it is about, for people. */
  readonly title: string;
  readonly run: (context: DoctorContext) => Promise<Finding>;
}

export const ok = (seen: string): Finding => ({ state: 'ok', seen, fix: null });
export const warn = (seen: string, fix: string): Finding => ({ state: 'warn', seen, fix });
export const fail = (seen: string, fix: string): Finding => ({ state: 'fail', seen, fix });
export const skip = (seen: string): Finding => ({ state: 'skip', seen, fix: null });

const NOT_JOINED = 'this machine has not joined a fleet yet';

/** A check that needs the credentials: skipped while the machine has not joined, or the file cannot be used. */
export async function whenJoined(
  { credentials }: DoctorContext,
  look: (credentials: Credentials) => Promise<Finding>,
): Promise<Finding> {
  if (credentials === null) return skip(NOT_JOINED);
  if (credentials instanceof Error) return skip('the credentials cannot be used');
  return await look(credentials);
}
