// The oldest stack that the requirements allow, then the next ones in order of how far they are from the oldest versions:
// whether lower bounds are true.
import { orderedStrategy } from './ordered.ts';

export const lowest = orderedStrategy(
  'lowest',
  'the oldest valid stack first, then the ones nearest to the oldest versions',
  'oldest',
);
