// The snapshots and state spaces that were used last, kept in memory.
import { canonicalJson } from '../../shared/stack/canonical-json.ts';
import type { KnowledgeSnapshot } from '../knowledge/store/release-lookup.ts';
import { openSpace, type OpenSpace } from './open-space.ts';
import { Recent } from './recent.ts';
import type { SpaceRequest } from './space-request.ts';

export type LoadSnapshot = (id: string) => Promise<KnowledgeSnapshot>;

export interface Spaces {
  snapshot(id: string): Promise<KnowledgeSnapshot>;
  /** @throws as `openSpace` */
  open(request: SpaceRequest): Promise<OpenSpace>;
}

const KEPT_SNAPSHOTS = 2;
const KEPT_SPACES = 8;

export function createSpaces(load: LoadSnapshot): Spaces {
  const snapshots = new Recent<Promise<KnowledgeSnapshot>>(KEPT_SNAPSHOTS);
  const spaces = new Recent<Promise<OpenSpace>>(KEPT_SPACES);
  const snapshot = (id: string): Promise<KnowledgeSnapshot> => snapshots.get(id, () => load(id));
  return {
    snapshot,
    open: (request) =>
      spaces.get(canonicalJson(request), async () => openSpace(request, await snapshot(request.snapshotId))),
  };
}
