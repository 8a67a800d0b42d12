// The version that is held to make stacks slow: that with the largest effect beyond the others of its package, where draws from
// the belief agree that it has one, and that it is this one rather than a version of another package that came with it.
import { seededRandom } from '../../../shared/runtime/random.ts';
import { at } from '../space/at.ts';
import type { StateSpace } from '../space/state-space.ts';
import type { Effects, Posterior } from './posterior.ts';
import type { JsonValue } from './strategy.ts';

const DRAWS = 64;
const MOST_AGAINST = 3;
/** Slower by less is not worth a word: natural logarithm of a ratio. */
const LEAST = Math.log(1.05);
/** Versions of other packages of which so large a part of the effect is expected might be the cause instead. */
const RIVAL = 0.5;

interface Suspect {
  readonly packageIndex: number;
  readonly value: number;
  /** Natural logarithm of how much slower it makes than other versions of its package do. */
  readonly excess: number;
}

/** As plain data for a report; undefined while none stands out. */
export function slowVersion(space: StateSpace, posterior: Posterior): JsonValue | undefined {
  const { packages } = space.model;
  const suspects = suspectsOf(posterior.expectation());
  const [first] = suspects;
  if (first === undefined || first.excess < LEAST) {
    return undefined;
  }
  const baseOf = ({ packageIndex }: Suspect): number => at(packages, packageIndex).base;
  const rivals = suspects.filter(
    (other) => other.excess >= RIVAL * first.excess && baseOf(other) !== baseOf(first),
  );
  let against = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const effects = posterior.draw(seededRandom(`slow-version/${draw}`));
    const own = excessIn(effects, first);
    against += own > 0 && rivals.every((rival) => excessIn(effects, rival) < own) ? 0 : 1;
    if (against > MOST_AGAINST) return undefined;
  }
  const { name, version } = at(at(space.candidates, first.packageIndex), first.value);
  return {
    kind: 'slow-version',
    package: name,
    version: version.text,
    slowdown: Math.exp(first.excess),
    results: posterior.count,
  };
}

/** The slowest first. */
function suspectsOf(expected: Effects): readonly Suspect[] {
  const suspects = [...expected].flatMap(([packageIndex, effects]) =>
    [...effects.subarray(0, -1)].map((_, value) => ({
      packageIndex,
      value,
      excess: excessOf(effects, value),
    })),
  );
  return suspects.toSorted((a, b) => b.excess - a.excess);
}

function excessIn(effects: Effects, { packageIndex, value }: Suspect): number {
  const own = effects.get(packageIndex);
  return own === undefined ? 0 : excessOf(own, value);
}

/** Beyond the mean of the other versions. */
function excessOf(effects: Float64Array, value: number): number {
  const versions = effects.length - 1;
  let sum = 0;
  for (let other = 0; other < versions; other++) sum += effects[other] as number;
  const own = effects[value] as number;
  return versions < 2 ? 0 : own - (sum - own) / (versions - 1);
}
