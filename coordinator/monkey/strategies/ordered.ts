// Streams that give every stack of a space from one end of the versions to the other: what `latest` and `lowest` share.
import { BestFirstSearch, type Preference } from '../search/best-first.ts';
import { emittedStream } from './emitted-stream.ts';
import type { Strategy } from './strategy.ts';

export function orderedStrategy(name: string, description: string, preference: Preference): Strategy {
  return {
    name,
    description,
    open: (space, options) =>
      emittedStream(name, space, options, () => ({ source: new BestFirstSearch(space, preference) })),
  };
}
