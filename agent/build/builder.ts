// Building one locked stack into an environment that can be run. Concerns (cache, disk guard, metrics) are added by
// decoration in agent/main.ts.
import type { LockedStack } from '../../shared/stack/stack.ts';
import type { SerialisedError } from '../../shared/errors/troop-error.ts';
import type { Cause, Outcome, Phase } from '../../shared/inspection/outcome.ts';

/** An index of the knowledge base as a builder is told it; never holds credentials. */
export interface IndexAccess {
  readonly name: string;
  /** Base addresses, `https://…/simple/` or `file://…`; `pip` may be several. */
  readonly urls: readonly string[];
  /** Flat folders or pages of files (pip's find-links). */
  readonly findLinks: readonly string[];
}

/** Keeps what is built for it from being swept, until whoever opened it has closed it. */
export interface EnvironmentUse {
  keep(key: string): Promise<void>;
}

export interface BuildRequest {
  readonly stack: LockedStack;
  readonly indexes: readonly IndexAccess[];
  readonly allowSdists: boolean;
  /** The interpreter to build on: absolute path, of the stack's Python version. */
  readonly interpreter: string;
  readonly timeoutMs: number;
  /** Of whoever will run the environment. */
  readonly use?: EnvironmentUse;
}

export interface BuiltEnvironment {
  /** Content address: lock digest and interpreter. */
  readonly key: string;
  readonly prefix: string;
  readonly python: string;
  readonly builder: 'uv' | 'pip';
  readonly reused: boolean;
  readonly durationMs: number;
  /** Bytes fetched from indexes for it. */
  readonly downloadedBytes: number;
  readonly files: BuildFiles;
  /** Of what is linked from earlier environments: on the disk once. */
  readonly linkedBytes?: number;
  /** Of everything in it, where that is known without looking. */
  readonly bytes?: number;
}

/** How many of the files of a stack came from where. */
export interface BuildFiles {
  /** All that were needed; 0 when the whole environment was there. */
  readonly needed: number;
  /** Here from earlier builds. */
  readonly reused: number;
}

export interface BuildFailure {
  readonly outcome: Outcome;
  readonly cause: Cause;
  readonly phase: Phase;
  readonly error: SerialisedError;
}

export type BuildResult = (
  | { readonly ok: true; readonly environment: BuiltEnvironment }
  | { readonly ok: false; readonly failure: BuildFailure }
) & {
  /** The whole log text, already bounded (first 1 MiB and last 3 MiB). */
  readonly log: string;
};

export interface Builder {
  readonly name: string;
  /** Never throws for what can go wrong in a build; rejects only on a defect. */
  build(request: BuildRequest, signal: AbortSignal): Promise<BuildResult>;
}
