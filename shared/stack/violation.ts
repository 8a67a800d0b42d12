// What can be wrong with a stack: a closed list, each with a sentence for a person.

export type ViolationKind =
  | 'duplicate-package'
  | 'unsorted-packages'
  | 'wrong-spelling'
  | 'missing-package'
  | 'unreachable-package'
  | 'unmet-requirement'
  | 'unmet-constraint'
  | 'url-requirement'
  | 'missing-extra'
  | 'superfluous-extra'
  | 'unknown-project'
  | 'unknown-index'
  | 'unknown-release'
  | 'unknown-metadata'
  | 'invalid-metadata'
  | 'wrong-python'
  | 'no-installable-file'
  | 'too-new'
  | 'yanked'
  | 'variant'
  | 'alternative'
  | 'rule'
  | 'prerelease';

export interface Violation {
  readonly kind: ViolationKind;
  /** Normalised name of the package that is wrong or missing. */
  readonly package: string;
  /** Who asks for what is violated: `the request`, `a constraint`, `the policy`, `the environment`, `the rule drop`, or such as `scipy 1.11.4`. */
  readonly by: string;
  /** One sentence with all that a person needs to see why. */
  readonly text: string;
}
