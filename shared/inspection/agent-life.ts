// One life of an agent: from the start of its process to the end of it. Lives of one state folder are numbered in their
// order, and the folder's lock allows one at a time: whoever speaks from a later life says that every earlier one is over.

export interface AgentLife {
  /** UUID of the state folder's own: a folder that was copied, restored or wiped begins another series. */
  readonly series: string;
  /** Raised at each start, before anything is claimed; from 1. */
  readonly number: number;
}

/** Whether the process of `held` is over for sure, given that of `now` runs. Null: an agent that does not say. */
export function isOutlived(held: AgentLife | null, now: AgentLife): boolean {
  return held !== null && held.series === now.series && held.number < now.number;
}

/** Whether both are one process, as far as is said. */
export function isSameLife(left: AgentLife | null, right: AgentLife | null): boolean {
  return left?.series === right?.series && left?.number === right?.number;
}
