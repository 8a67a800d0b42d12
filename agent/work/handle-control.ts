// What the coordinator orders: look for work, forget what is committed, stop a trial.
import type { ControlMessage } from '../../shared/protocol/control-message.ts';
import type { Logger } from '../../shared/runtime/logger.ts';
import type { Spool } from './spool.ts';
import type { TrialRunner } from './trial-runner.ts';

export interface ControlParts {
  readonly spool: Pick<Spool, 'remove'>;
  readonly runner: Pick<TrialRunner, 'stop'>;
  readonly logger: Logger;
  readonly wake: readonly { wake(): void }[];
}

export function handleControl(parts: ControlParts): (message: ControlMessage) => void {
  return (message) => {
    switch (message.order) {
      case 'wake':
        for (const one of parts.wake) one.wake();
        return;
      case 'committed':
        // What cannot be removed now is sent again by the next life, which is harmless.
        parts.spool.remove(message.ids).catch((error: unknown) => {
          parts.logger.warn({ err: error, ids: message.ids }, 'a committed message could not be removed');
        });
        return;
      case 'cancel':
        parts.runner.stop('cancelled', message.jobId);
        return;
    }
  };
}
