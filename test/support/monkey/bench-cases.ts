// The spaces that benchmarks of the Dependency Monkey are about: made-up worlds always, and snapshots of real indexes from the
// folder TROOP_BENCH_SNAPSHOTS where it is given.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import type { Release, ReleaseLookup } from '../../../shared/stack/release.ts';
import { lookupOf, requirements } from './knowledge.ts';

export interface BenchCase {
  readonly name: string;
  readonly roots: readonly string[];
  readonly lookup: () => ReleaseLookup;
}

const python38 = canonicalEnvironment({ python: '3.8' });

/** The snapshot whose name has a word in it, or null when there is none. */
export function benchSnapshot(word: string): { readonly file: string; readonly path: string } | null {
  const folder = process.env['TROOP_BENCH_SNAPSHOTS'];
  const file = folder === undefined ? undefined : readdirSync(folder).find((name) => name.includes(word));
  return folder === undefined || file === undefined ? null : { file, path: join(folder, file) };
}

/** @param word part of the file name of the snapshot; nothing when there is none */
export function snapshotCases(word: string, requests: readonly (readonly string[])[]): readonly BenchCase[] {
  const snapshot = benchSnapshot(word);
  if (snapshot === null) return [];
  const { file, path } = snapshot;
  return requests.map((roots) => ({
    name: `${file}: ${roots.join(' ')}`,
    roots,
    lookup: () => readSnapshot(path),
  }));
}

function isWhollyKnown({ roots }: BenchCase, lookup: ReleaseLookup): boolean {
  return roots.every((root) => lookup.releases(root.split(/[[=]/)[0] ?? '') !== undefined);
}

export function openCase(item: BenchCase, lookup: ReleaseLookup): StateSpace {
  return openStateSpace({
    requirements: requirements(...item.roots),
    lookup,
    environment: python38,
    policy: { missing: isWhollyKnown(item, lookup) ? 'error' : 'assume' },
  });
}

function readSnapshot(path: string): ReleaseLookup {
  const lines = gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(1);
  const releases = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Release);
  return lookupOf(
    releases.map((each) => ({
      ...each,
      requires_dist: Array.isArray(each.requires_dist) ? each.requires_dist : [],
    })),
  );
}
