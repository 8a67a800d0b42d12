// A world whose stacks can be told by heart, for tests of commands and queries.
import type { Release } from '../../../shared/stack/release.ts';
import { release } from './knowledge.ts';

/** `app` has four stacks: 2.0 with lib 3.0 or 2.0; 1.0 with lib 2.0 or 1.0, and then with old 1.0 too. */
export const SMALL_WORLD: readonly Release[] = [
  release('app', '2.0', ['lib>=2', 'extra-lib; extra == "fast"'], { provides_extra: ['fast'] }),
  release('app', '1.0', ['lib<3', 'old']),
  release('app', '3.0rc1', ['lib']),
  release('lib', '3.0'),
  release('lib', '2.0'),
  release('lib', '1.0'),
  release('old', '1.0'),
  release('extra-lib', '1.0'),
  release('broken', '1.0', ['lib>3']),
];
