// What names a state space: everything that decides which stacks it has. Plain data, so that it crosses to the sampling
// thread, and its canonical JSON is the key under which the space is kept.
import type { AlternativeDeclaration } from '../../shared/stack/alternatives.ts';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { AllowedHashes } from '../../shared/stack/with-hashes.ts';
import type { StackPackage } from '../../shared/stack/stack.ts';
import type { RuleDeclaration } from '../monkey/rules/declaration.ts';
import type { SpacePolicy } from '../monkey/space/space-policy.ts';

export interface SpaceRequest {
  readonly snapshotId: string;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  readonly environment: TargetEnvironment;
  /** Names of the indexes to take releases from, in order of preference. None: all of the snapshot, in its order. */
  readonly indexes: readonly string[];
  /** The rest of the policy is the default; the order of indexes is that above. */
  readonly policy: Partial<Omit<SpacePolicy, 'indexOrder'>>;
  /** SHA-256 of the files that may be locked, by project name; absent: no project is restricted. */
  readonly hashes?: AllowedHashes;
  /** Projects that may stand for others. */
  readonly alternatives?: readonly AlternativeDeclaration[];
  readonly rules?: readonly RuleDeclaration[];
  /** What the rules `hold` and `vary` hold to; the newest stack of the space when absent. */
  readonly reference?: readonly StackPackage[];
}
