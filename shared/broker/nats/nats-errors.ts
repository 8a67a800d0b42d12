// The client's many errors as the few of the catalogue.
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { TroopError } from '../../errors/troop-error.ts';

/** Nobody listens on the subject: no responder, no such stream, no such consumer. */
export function isNobodyThere(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  if (error instanceof errors.RequestError) return error.isNoResponders();
  // Published where no stream is: the client words that as "JetStream is not enabled".
  return error instanceof Error && error.name === 'JetStreamNotEnabled';
}

export function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.TimeoutError ||
    (error instanceof errors.RequestError && error.cause instanceof errors.TimeoutError)
  );
}

/** Whoever logs in is not known, or not any more. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError;
}

/** Number of JetStream's own error list, or null when it is no such error. */
export function apiCodeOf(error: unknown): number | null {
  return error instanceof JetStreamApiError ? error.code : null;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

/** `TROOP-1704` when the broker is out of reach, else `TROOP-1706` with what it said. */
export function brokerError(what: string, shownUrl: string, error: unknown): TroopError {
  if (error instanceof TroopError) return error;
  const isOutOfReach =
    isTimeout(error) ||
    error instanceof errors.ClosedConnectionError ||
    error instanceof errors.DrainingConnectionError ||
    error instanceof errors.ConnectionError;
  return isOutOfReach
    ? new TroopError('TROOP-1704', { url: shownUrl, reason: reasonOf(error) }, { cause: error })
    : new TroopError('TROOP-1706', { what, reason: reasonOf(error) }, { cause: error });
}
