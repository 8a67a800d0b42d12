// A stack: the full pinned set of packages that requirements resolve to in a target environment.
import type { TargetEnvironment } from './environment.ts';
import type { ReleaseFile } from './release.ts';

export interface StackPackage {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Normalised (PEP 440). */
  readonly version: string;
  /** Name of the index that it comes from. */
  readonly index: string;
  /** Activated extras, normalised and sorted; absent when there are none. */
  readonly extras?: readonly string[];
}

export interface Stack {
  /** `sha256:` and the hex SHA-256 of the canonical JSON of environment, packages and index fingerprints. */
  readonly stack_id: string;
  readonly environment: TargetEnvironment;
  /** Sorted by name. */
  readonly packages: readonly StackPackage[];
}

/** A package of a stack with the files that may be installed for it, best first. */
export interface LockedPackage extends StackPackage {
  readonly files: readonly ReleaseFile[];
}

/** A stack with its files: what an agent builds. */
export interface LockedStack {
  readonly stack_id: string;
  /** `sha256:` over the stack id and the hashes of the files. */
  readonly lock_digest: string;
  readonly environment: TargetEnvironment;
  readonly packages: readonly LockedPackage[];
}
