// Worlds whose newest versions conflict deep down: a search that takes back its last choice first tries all of a thousand
// million other choices before the one that is to blame.
import type { Release } from '../../../shared/stack/release.ts';
import { release } from './knowledge.ts';
import { pigeonhole } from './pigeonhole.ts';

export interface HostileWorld {
  readonly roots: readonly string[];
  readonly releases: readonly Release[];
}

const versions = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(index + 1));
const numbered = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(2, '0')}`);

/** The newest and the oldest version of `top` ask for what cannot be, forty free choices before that shows. */
export function distantConflict(): HostileWorld {
  const free = numbered('free', 40);
  const pigeons = pigeonhole('late', 3, 2);
  const asked = [...new Set(pigeons.map(({ name }) => name))];
  return {
    roots: ['top', ...free],
    releases: [
      ...versions(5).map((version) => release('top', version, version === '3' ? [] : asked)),
      ...free.flatMap((name) => versions(4).map((version) => release(name, version))),
      ...pigeons,
    ],
  };
}

/**
 * A chain of 42 projects, of which no two neighbours can both be new or both be old; each end asks for something that the
 * parity of the choices along the chain decides.
 */
export function alternatingChain(): HostileWorld {
  const names = numbered('link', 42);
  const last = names.length - 1;
  return {
    roots: [...names],
    releases: names
      .flatMap((name, index) =>
        versions(6).map((version) => {
          const isNew = Number(version) > 3;
          const next = index < last ? [`${names[index + 1] ?? ''}${isNew ? '<4' : '>=4'}`] : [];
          const far = index < last - 2 ? [`${names[index + 3] ?? ''}!=${version}`] : [];
          const deep = index === last ? [isNew ? 'clash' : 'calm'] : [];
          return release(name, version, [...next, ...far, ...deep]);
        }),
      )
      .concat(
        release('calm', '1'),
        versions(2).map((version) =>
          release(
            'clash',
            version,
            pigeonhole('hole', 4, 3).map(({ name }) => name),
          ),
        ),
        pigeonhole('hole', 4, 3),
      ),
  };
}
