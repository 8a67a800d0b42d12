// What a campaign samples by when it does not say: a third to meet every version and many pairs, a part that speaks for the
// whole space, and a third that goes after what is fast.
import type { MixPart } from './mix.ts';
import { strategies } from './registry.ts';

/** Takes the shares of strategies that are not there. */
const STAND_IN = 'uniform';

const WANTED: readonly MixPart[] = [
  { strategy: 'coverage', share: 0.3 },
  { strategy: STAND_IN, share: 0.4 },
  { strategy: 'adaptive', share: 0.3 },
];

export function defaultMix(): readonly MixPart[] {
  const missing = WANTED.filter(({ strategy }) => !strategies.has(strategy));
  const free = missing.reduce((sum, { share }) => sum + share, 0);
  return WANTED.filter((part) => !missing.includes(part)).map((part) =>
    part.strategy === STAND_IN ? { ...part, share: part.share + free } : part,
  );
}
