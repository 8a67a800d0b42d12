// What a sync is asked, what it needs, what it tells while it runs and at its end.
import type { PrereleaseMode } from '../../../shared/stack/policy.ts';
import type { TargetEnvironment } from '../../../shared/stack/environment.ts';
import type { Clock } from '../../../shared/runtime/clock.ts';
import type { Logger } from '../../../shared/runtime/logger.ts';
import type { HttpCache } from '../http/http-cache.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { IndexDefinition } from '../index/index-definition.ts';
import type { KnowledgeStore } from '../store/knowledge-store.ts';
import type { SyncMemory } from '../store/sync-memory.ts';
import type { ProblemGroup } from './problems.ts';

export interface SyncOptions {
  /** PEP 508 texts: the roots of the closure. Versions of a root outside its specifier are not looked at in detail. */
  readonly requirements: readonly string[];
  /** PEP 508 texts that bind versions without asking for a project. */
  readonly constraints?: readonly string[];
  /** Only what these need is taken in. */
  readonly environments: readonly TargetEnvironment[];
  /** At least one; see pipIndex and namedIndex. */
  readonly indexes: readonly IndexDefinition[];
  /** Newest versions a project, index and environment that have a file for it; absent: all of them. */
  readonly latest?: number;
  /** RFC 3339: files uploaded later, or at an unknown time, do not exist. */
  readonly excludeNewer?: string;
  readonly prereleases?: PrereleaseMode;
  /** Releases that have only an sdist count as having a file. Without it, they are taken in only where a project has nothing else. */
  readonly allowSdists?: boolean;
  /** `one-file` (the default, polite): the metadata of the best file of a release; `every-environment`: of the best file for each. */
  readonly metadataOf?: 'one-file' | 'every-environment';
  /** A closure of more projects is given up. */
  readonly maximumProjects?: number;
  /** Constraint files that pip is configured with; the summary says that they were not applied. */
  readonly ignoredConstraintFiles?: readonly string[];
}

export interface SyncDependencies {
  readonly client: HttpClient;
  readonly cache: HttpCache;
  readonly store: Pick<KnowledgeStore, 'saveSnapshot'>;
  readonly memory: SyncMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onProgress?: (progress: SyncProgress) => void;
}

export interface SyncProgress {
  readonly projectsDone: number;
  readonly projectsKnown: number;
  readonly releases: number;
  readonly metadataDone: number;
  readonly metadataKnown: number;
  /** That came over the wire. */
  readonly bytes: number;
  /** Pages served from the disk, asked about or not. */
  readonly fromCache: number;
  /** The project that was worked on last. */
  readonly current: string;
}

export interface SyncSummary {
  readonly snapshotId: string;
  /** False when nothing has changed since a snapshot that is there already. */
  readonly isNew: boolean;
  readonly projects: number;
  readonly releases: number;
  readonly indexes: readonly {
    readonly name: string;
    readonly url: string;
    readonly projects: number;
    readonly releases: number;
  }[];
  /** How many files were asked for their metadata, by where it came from; `remembered`: learned in an earlier sync. */
  readonly metadata: {
    readonly 'metadata-file': number;
    readonly wheel: number;
    readonly sdist: number;
    readonly remembered: number;
  };
  readonly pages: number;
  readonly fromCache: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** What could not be learned, and why; the most frequent first. */
  readonly notLearned: readonly ProblemGroup[];
  /** Sentences that a reader of the numbers should know. */
  readonly notes: readonly string[];
}
