// Asks the coordinator whether it is there, whether it knows this machine, and what time it is.
import { request } from 'undici';
import { readAnswer } from '../../../shared/runtime/bounded-answer.ts';
import { SMALL_FILE_BYTES } from '../../../shared/runtime/bounded-file.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Credentials } from '../credentials.ts';

export type CoordinatorProbe =
  | {
      readonly reachable: true;
      readonly version: string | null;
      /** Whether the machine's own token is accepted. */
      readonly isKnown: boolean;
      /** This machine's clock less the coordinator's, from the `Date` of the answer; null when it sent none. */
      readonly clockOffsetMs: number | null;
    }
  | { readonly reachable: false; readonly reason: string };

const TIMEOUT_MS = 10_000;
/** No file has this hash: a token that is accepted gets "not found". */
const NO_FILE = '0'.repeat(64);

export async function probeCoordinator(
  { coordinatorUrl, token }: Pick<Credentials, 'coordinatorUrl' | 'token'>,
  clock: Clock,
): Promise<CoordinatorProbe> {
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
  try {
    const askedAtMs = clock.nowMs();
    const alive = await request(`${coordinatorUrl}/livez`, timeouts);
    const answeredAtMs = clock.nowMs();
    const version = versionOf(
      await readAnswer(alive.body, { bytes: SMALL_FILE_BYTES, withinMs: TIMEOUT_MS }),
    );
    if (alive.statusCode !== 200) return { reachable: false, reason: `HTTP ${alive.statusCode}` };
    const file = await request(`${coordinatorUrl}/api/v1/files/${NO_FILE}`, {
      ...timeouts,
      headers: { authorization: `Bearer ${token}` },
    });
    await file.body.dump();
    return {
      reachable: true,
      version,
      isKnown: file.statusCode !== 401 && file.statusCode !== 403,
      clockOffsetMs: clockOffsetMs(alive.headers['date'], askedAtMs, answeredAtMs),
    };
  } catch (error) {
    return { reachable: false, reason: reasonOf(error) };
  }
}

/** `Date` has whole seconds, cut off: on average half a second has passed since. */
export function clockOffsetMs(
  date: string | string[] | undefined,
  askedAtMs: number,
  answeredAtMs: number,
): number | null {
  const theirs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(theirs) ? null : (askedAtMs + answeredAtMs) / 2 - (theirs + 500);
}

function versionOf(text: string): string | null {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
