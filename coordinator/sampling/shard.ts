// A stream dealt out in turn: shard 1 of 3 gives its first stack, its fourth, and so on. All shards together are the stream.
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

/** How many stacks of others come before the first one of a shard. */
export function shardStart(shard: Shard | null): number {
  return shard === null ? 0 : shard.index - 1;
}
