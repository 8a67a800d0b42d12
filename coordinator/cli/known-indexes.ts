// The indexes that the knowledge behind a call was learned from. Files of other tools name indexes by address; what they are
// called here, the knowledge alone tells.
import type { SnapshotIndex } from '../../shared/stack/release.ts';
import { atMostOnce } from '../../shared/runtime/at-most-once.ts';
import type { ApiClient } from './api-client.ts';

/** Asked at most once, and only where a file names an index. */
export type KnownIndexes = () => Promise<readonly SnapshotIndex[]>;

/** Of a snapshot file. @throws as `readSnapshotHeader` */
export const indexesOfFile = (path: string): KnownIndexes =>
  atMostOnce(async () => {
    const { readSnapshotHeader } = await import('../knowledge/read-snapshot-file.ts');
    return (await readSnapshotHeader(path)).indexes;
  });

/** Of a snapshot of the coordinator; none where it has no such snapshot, which the answer to the call itself will say. */
export const indexesOfCoordinator = (
  api: () => Promise<Pick<ApiClient, 'get'>>,
  snapshot = 'latest',
): KnownIndexes =>
  atMostOnce(async () => {
    const { items } = await (await api()).get<Listed>('/knowledge/snapshots');
    const found = snapshot === 'latest' ? items[0] : items.find(({ id }) => id === snapshot);
    return found?.header.indexes ?? [];
  });

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly header: { readonly indexes: readonly SnapshotIndex[] };
  }[];
}
