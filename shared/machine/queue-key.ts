// The name of a queue without its priority: a lane and what stacks of it are built for. Broker subjects follow from
// it (`shared/protocol/subjects.ts`), so it holds exactly one dot.
import { TroopError } from '../errors/troop-error.ts';
import { isLaneName } from './lanes.ts';

export interface QueueKey {
  readonly lane: string;
  /** `environmentKey` of the target environment, such as `linux_x86_64-cp311`. */
  readonly target: string;
}

const TARGET = /^[a-z0-9_]{1,56}-cp[0-9]{2,3}t?$/;

/** `avx2.linux_x86_64-cp311` */
export const formatQueueKey = (queue: QueueKey): string => `${queue.lane}.${queue.target}`;

/** The inverse of `formatQueueKey`; throws TROOP-1203. */
export function parseQueueKey(text: string): QueueKey {
  const [lane, target, ...rest] = text.split('.');
  if (
    lane === undefined ||
    target === undefined ||
    rest.length > 0 ||
    !isLaneName(lane) ||
    !TARGET.test(target)
  ) {
    throw new TroopError('TROOP-1203', { queue: text });
  }
  return { lane, target };
}
