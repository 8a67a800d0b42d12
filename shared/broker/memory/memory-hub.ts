// A whole broker inside one process, for tests and simulated fleets: one hub, many clients. Time passes on the given
// clock alone and faults come from a seed, so a fleet of fifty agents over a simulated day is one deterministic run.
import { seededRandom } from '../../runtime/random.ts';
import type { CoordinatorBroker } from '../broker.ts';
import { faultDice, type MemoryFaults } from './faults.ts';
import { storesOf, wake, type HubState, type MemoryHubOptions } from './hub-state.ts';
import { memoryBroker } from './memory-broker.ts';

export interface MemoryHub {
  /** A client of its own; the coordinator's and the agents' are alike here. */
  connect(): CoordinatorBroker;
  setFaults(faults: MemoryFaults): void;
  /** Every connection drops and comes back; what was taken and not settled is there again. */
  restart(): void;
  /** Nobody can reach it until `start`; what it holds stays. */
  stop(): void;
  start(): void;
  /** Everything stored is gone, the topology too, and `storageId` is another one. */
  wipe(): void;
}

export function createMemoryHub(options: MemoryHubOptions): MemoryHub {
  const state: HubState = {
    options: {
      clock: options.clock,
      offerAckWaitMs: options.offerAckWaitMs ?? 30_000,
      durableAckWaitMs: options.durableAckWaitMs ?? 60_000,
      maximumOffers: options.maximumOffers ?? 500,
      duplicateWindowMs: options.duplicateWindowMs ?? 120_000,
    },
    dice: faultDice(options.faults ?? {}, seededRandom(`${options.seed ?? ''}/broker`), options.clock),
    notices: new Set(),
    requests: new Set(),
    waiting: new Set(),
    isUp: true,
    drops: 0,
    storage: null,
    generation: 0,
  };
  const start = (): void => {
    if (state.isUp) return;
    state.isUp = true;
    wake(state);
  };
  const stop = (): void => {
    if (!state.isUp) return;
    state.isUp = false;
    state.drops += 1;
    for (const store of storesOf(state)) store.reveal();
  };
  return {
    connect: () => memoryBroker(state),
    setFaults: (faults) => state.dice.set(faults),
    stop,
    start,
    restart: () => {
      stop();
      start();
    },
    wipe: () => {
      stop();
      state.storage = null;
      start();
    },
  };
}
