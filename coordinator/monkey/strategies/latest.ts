// The newest stack, as an installer would choose it, then the next ones in order of how far they are from the newest versions:
// first those that take one package, roots before their dependencies, one version older.
import { orderedStrategy } from './ordered.ts';

export const latest = orderedStrategy(
  'latest',
  'the newest valid stack first, then the ones nearest to the newest versions',
  'newest',
);
