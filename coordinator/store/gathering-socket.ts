// Statements that are sent in one turn leave in one packet: a packet costs a call of the kernel on both sides, which on a local
// database is more than half of what a small statement costs.
import { Socket } from 'node:net';

/** A socket that sends what was corked once the turn is over. */
export class GatheringSocket extends Socket {
  override uncork(): void {
    process.nextTick(() => super.uncork());
  }
}
