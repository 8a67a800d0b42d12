// The log of what streams were told, from the outside: a draw names the log and how much of it counts, and whoever keeps the
// stream reads what it has not been told yet. So what a draw costs does not depend on how many results there were before.
import { TroopError } from '../../shared/errors/troop-error.ts';
import type { LearnedResults, StackNumbers } from '../monkey/strategies/strategy.ts';

export interface LearnedLog {
  /** Of the environment whose stream it is. Logs are only ever added to. */
  readonly id: string;
  /** The first so many tellings count. */
  readonly tellings: number;
}

export interface LearnedLogs {
  /** Those that count, less the first `from`, in order. */
  tellings(log: LearnedLog, from: number): Promise<readonly LearnedResults[]>;
  /** Of the stacks that the stream gave, as far as they are kept: a stream is taken up sooner with them. */
  numbers(log: LearnedLog): Promise<StackNumbers>;
}

const unreadable = ({ id }: LearnedLog): Promise<never> =>
  Promise.reject(new TroopError('TROOP-1001', { reason: `no log of ${id} can be read here` }));

/** Where no stream is told anything. */
export const noLogs: LearnedLogs = { tellings: unreadable, numbers: unreadable };
