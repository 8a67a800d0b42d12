// A made-up state space as a knowledge snapshot, with a wheel for every release: a lock wants files.
import { snapshotOf, type KnowledgeSnapshot } from '../../../coordinator/knowledge/store/release-lookup.ts';
import { madeUpKnowledge } from './made-up-knowledge.ts';

/** @param count releases of each package */
export function madeUpSnapshot(count: number): KnowledgeSnapshot {
  const releases = madeUpKnowledge({ seed: '1', releases: count }).map((release) => ({
    ...release,
    files: [
      {
        filename: `${release.name.replaceAll('-', '_')}-${release.version}-py3-none-any.whl`,
        sha256: '0'.repeat(64),
      },
    ],
  }));
  return snapshotOf(
    `sha256:${'0'.repeat(64)}`,
    { format: 'troop-knowledge', version: 1, created: '2026-01-01T00:00:00Z', indexes: [{ name: 'pip' }] },
    new Map(releases.map(({ name }) => [name, releases.filter((release) => release.name === name)])),
  );
}
