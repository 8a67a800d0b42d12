// A stack of a numbered stream from what its inspection keeps: (snapshot, strategy, seed, position) are enough, nothing of the
// stream before is needed.
import type { Stack } from '../../../shared/stack/stack.ts';
import type { Diagram } from '../diagram/diagram.ts';
import type { StateSpace } from '../space/state-space.ts';
import { strategyNamed } from './registry.ts';
import type { SampledFrom } from './sampled-from.ts';

/** Null past the end of the stream. @throws TROOP-1906 for a strategy whose stacks have no numbers, TROOP-1909 */
export function stackAgain(
  space: StateSpace,
  { strategy, seed, position }: Pick<SampledFrom, 'strategy' | 'seed' | 'position'>,
  diagram?: Diagram,
): Stack | null {
  const cursor = { position: String(position) };
  return strategyNamed(strategy).open(space, { seed, cursor, diagram }).next();
}
