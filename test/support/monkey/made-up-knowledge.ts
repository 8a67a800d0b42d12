// A made-up world in the manner of the real one, the same on every machine: a core library, libraries above it that bound
// its minor lines, an application with extras, and two projects that require each other.
import { seededRandom } from '../../../shared/runtime/random.ts';
import type { Release } from '../../../shared/stack/release.ts';
import { release } from './knowledge.ts';

const LAYERS: readonly (readonly string[])[] = [
  ['core', 'six', 'compat'],
  ['arrays', 'frames', 'text', 'io-tools'],
  ['plots', 'models'],
  ['suite'],
];

export interface MadeUpOptions {
  readonly seed: string;
  /** Releases a project. */
  readonly releases: number;
}

export function madeUpKnowledge({ seed, releases }: MadeUpOptions): readonly Release[] {
  const random = seededRandom(`made-up/${seed}`);
  const lower: string[] = [];
  const all: Release[] = [];
  for (const layer of LAYERS) {
    for (const name of layer) {
      for (let number = 0; number < releases; number++) {
        const requires = lower
          .filter(() => random.nextBelow(3) > 0)
          .map((target) => target + bound(number, releases, random.nextBelow(4)));
        const optional = lower.map((target) => `${target}>=0.${Math.floor(number / 2)}; extra == "full"`);
        all.push(release(name, versionOf(number), [...requires, ...optional, ...cycleOf(name)]));
      }
    }
    lower.push(...layer);
  }
  return all;
}

function versionOf(number: number): string {
  return `${Math.floor(number / 10)}.${number % 10}`;
}

/** Newer releases ask for newer ones, some of them for a window. */
function bound(number: number, releases: number, kind: number): string {
  const lowest = versionOf(Math.max(0, number - 4));
  const highest = versionOf(Math.min(releases, number + 3));
  return ['', `>=${lowest}`, `>=${lowest},<${highest}`, `!=${lowest}`][kind] ?? '';
}

/** `plots` and `models` require each other. */
function cycleOf(name: string): readonly string[] {
  return { plots: ['models'], models: ['plots'], suite: ['models[full]'] }[name] ?? [];
}
