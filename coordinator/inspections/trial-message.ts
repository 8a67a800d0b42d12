// A message of a trial with its kind, as the wire has decoded it.
import type {
  BlockMessage,
  BuildMessage,
  EndMessage,
  LogMessage,
} from '../../shared/protocol/trial-messages.ts';

export interface BuildArrival {
  readonly kind: 'build';
  readonly body: BuildMessage;
}
export interface BlockArrival {
  readonly kind: 'block';
  readonly body: BlockMessage;
}
export interface EndArrival {
  readonly kind: 'end';
  readonly body: EndMessage;
}
export interface LogArrival {
  readonly kind: 'log';
  readonly body: LogMessage;
}

export type TrialMessage = BuildArrival | BlockArrival | EndArrival | LogArrival;
