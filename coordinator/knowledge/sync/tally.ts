// The running numbers of a sync: what progress shows while it lasts, and the summary at its end.
import type { LearnedMetadata } from '../metadata/metadata-text.ts';
import type { SyncProgress, SyncSummary } from './sync-options.ts';

export interface Tally {
  projectKnown(): void;
  projectDone(name: string): void;
  page(isFromCache: boolean): void;
  metadataKnown(): void;
  /** One file was read, or known from an earlier sync. */
  learned(source: LearnedMetadata['source'] | 'remembered'): void;
  metadataDone(name: string): void;
  releaseTaken(): void;
  counts(): Pick<SyncSummary, 'metadata' | 'pages' | 'fromCache' | 'bytes'>;
}

/** @param bytesReceived over the wire since some start */
export function createTally(
  bytesReceived: () => number,
  onProgress: ((progress: SyncProgress) => void) | undefined,
): Tally {
  const bytesBefore = bytesReceived();
  const metadata = { 'metadata-file': 0, wheel: 0, sdist: 0, remembered: 0 };
  let progress: SyncProgress = {
    projectsDone: 0,
    projectsKnown: 0,
    releases: 0,
    metadataDone: 0,
    metadataKnown: 0,
    bytes: 0,
    fromCache: 0,
    current: '',
  };
  let pages = 0;
  const update = (change: Partial<SyncProgress>): void => {
    progress = { ...progress, ...change, bytes: bytesReceived() - bytesBefore };
    onProgress?.(progress);
  };
  return {
    projectKnown: () => update({ projectsKnown: progress.projectsKnown + 1 }),
    projectDone: (name) => update({ projectsDone: progress.projectsDone + 1, current: name }),
    page: (isFromCache) => {
      pages += 1;
      update({ fromCache: progress.fromCache + Number(isFromCache) });
    },
    metadataKnown: () => update({ metadataKnown: progress.metadataKnown + 1 }),
    learned: (source) => {
      metadata[source] += 1;
    },
    metadataDone: (name) => update({ metadataDone: progress.metadataDone + 1, current: name }),
    releaseTaken: () => update({ releases: progress.releases + 1 }),
    counts: () => ({
      metadata: { ...metadata },
      pages,
      fromCache: progress.fromCache,
      bytes: bytesReceived() - bytesBefore,
    }),
  };
}
