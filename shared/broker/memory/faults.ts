// What may go wrong on the memory broker, drawn from a seeded generator, so that a run that failed can be run again.
// The broker's promises still hold: what it confirmed is not lost but by a wipe, everything else may be.
import type { Clock } from '../../runtime/clock.ts';
import type { Random } from '../../runtime/random.ts';

/** Chances from 0 (never) to 1 (always); all absent: a perfect broker. */
export interface MemoryFaults {
  /** A request, an answer, a notice, a publication or its confirmation gets lost. */
  readonly loss?: number;
  /** Something arrives twice. */
  readonly doubling?: number;
  /** The next message of a queue is any of those waiting instead of the oldest. */
  readonly reorder?: number;
  /** Longest extra time under way, in milliseconds. */
  readonly delayMs?: number;
}

export interface FaultDice {
  readonly isLost: () => boolean;
  readonly isDoubled: () => boolean;
  /** Whether the next message is any of those waiting instead of the oldest. */
  readonly isReordered: () => boolean;
  /** Which of `count` messages. */
  readonly pick: (count: number) => number;
  /** Lets the time under way pass. */
  readonly travel: () => Promise<void>;
  readonly set: (faults: MemoryFaults) => void;
}

export function faultDice(initial: MemoryFaults, random: Random, clock: Clock): FaultDice {
  let faults = initial;
  const chance = (probability: number | undefined): boolean =>
    probability !== undefined && probability > 0 && random.nextFloat() < probability;
  return {
    isLost: () => chance(faults.loss),
    isDoubled: () => chance(faults.doubling),
    isReordered: () => chance(faults.reorder),
    pick: (count) => (count > 1 ? random.nextBelow(count) : 0),
    travel: async () => {
      const longestMs = faults.delayMs ?? 0;
      if (longestMs > 0) await clock.sleep(random.nextBelow(Math.floor(longestMs) + 1));
    },
    set: (next) => {
      faults = next;
    },
  };
}
