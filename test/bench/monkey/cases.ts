// The spaces that the bench measures. Snapshots of real indexes are taken from the folder TROOP_BENCH_SNAPSHOTS where it is
// given; the recorded one and the made-up worlds are always measured.
import { join } from 'node:path';
import { readSnapshotFile } from '../../../coordinator/knowledge/read-snapshot-file.ts';
import type { ReleaseLookup } from '../../../shared/stack/release.ts';
import { benchSnapshot } from '../../support/monkey/bench-cases.ts';
import { lookupOf } from '../../support/monkey/knowledge.ts';
import { hardWorld, tensorflowShaped } from '../../support/monkey/large-knowledge.ts';

export interface SpaceCase {
  readonly name: string;
  readonly roots: readonly string[];
  readonly python: string;
  /** Whether projects that the snapshot lacks become one opaque candidate each. */
  readonly isAssuming: boolean;
  read(): Promise<ReleaseLookup>;
}

const EIGHT = ['boto3', 'pandas', 'scipy', 'flask', 'sphinx', 'requests', 'dask[complete]', 'pytest'];

/** @param root folder of the repository */
export function spaceCases(root: string): readonly SpaceCase[] {
  const recorded = join(root, 'test/fixtures/knowledge/tensorflow-cp311.jsonl.gz');
  const made = { python: '3.8', isAssuming: false, roots: ['flow'] };
  return [
    ...recordedCases('dask', [['dask[complete]'], ['sphinx'], ['boto3'], EIGHT]),
    ...recordedCases('pyrax', [['pyrax==1.9.8']]),
    ...recordedCases('virtualenv', [['virtualenv'], ['pytest']]),
    {
      name: 'tensorflow recorded 2026-11, latest 40',
      roots: ['tensorflow'],
      python: '3.11',
      isAssuming: false,
      read: () => readSnapshotFile(recorded),
    },
    { ...made, name: 'tensorflow-shaped', read: () => Promise.resolve(lookupOf(tensorflowShaped('1'))) },
    { ...made, name: 'hard', read: () => Promise.resolve(lookupOf(hardWorld('1'))) },
  ];
}

function recordedCases(word: string, requests: readonly (readonly string[])[]): readonly SpaceCase[] {
  const snapshot = benchSnapshot(word);
  return requests.flatMap((roots) =>
    snapshot === null
      ? []
      : [
          {
            name: `${snapshot.file}: ${roots.join(' ')}`,
            roots,
            python: '3.8',
            isAssuming: roots.includes('pandas'),
            read: () => readSnapshotFile(snapshot.path),
          },
        ],
  );
}
