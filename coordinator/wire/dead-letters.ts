// A message that cannot be read is never dropped in silence: it is kept with its reason, bounded in size and number.
import { TroopError } from '../../shared/errors/troop-error.ts';
import { storableText } from '../store/storable.ts';

export interface DeadLetter {
  readonly subject: string;
  readonly reason: string;
  readonly bytes: Uint8Array;
}

export interface DeadLetters {
  /** Keeps the message when `error` says that it is unreadable or not believed; other errors are not its fault. */
  keepIfUnreadable(subject: string, bytes: Uint8Array, error: unknown): Promise<boolean>;
}

const MAXIMUM_BYTES = 64 * 1024;

export function deadLettersIn(save: (letter: DeadLetter) => Promise<void>): DeadLetters {
  return {
    keepIfUnreadable: async (subject, bytes, error) => {
      const isItsFault =
        error instanceof TroopError && (error.code === 'TROOP-1701' || error.code === 'TROOP-1703');
      if (!isItsFault) return false;
      await save({
        subject,
        // It may quote the message. What cannot be saved would come again for ever.
        reason: storableText(`${error.code}: ${error.message}`),
        bytes: bytes.subarray(0, MAXIMUM_BYTES),
      });
      return true;
    },
  };
}
