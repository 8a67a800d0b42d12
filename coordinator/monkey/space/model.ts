// The state space as the algorithms see it: packages with numbered values, and requirements as sets of allowed values.
// Names, versions and files are left behind in the space. A package is in a stack only if a requirement of a chosen value,
// or a root, leads to it. An extra `name[x]` is a virtual package: its values are those of `name`, and each of them links
// to the same value there, so it is determined by its base and never multiplies a count. A selector is a virtual package of
// its own that keeps a rejected combination out of the space (reject-combinations.ts): no part of a stack, and determined by it.

export interface ModelPackage {
  /** Normalised name of the project. */
  readonly name: string;
  /** Normalised extra of a virtual package, null for the project itself, empty for a selector. */
  readonly extra: string | null;
  /** Index of the package whose values these are; its own for a real package and for a selector. */
  readonly base: number;
  /** Number of values, of which `initial` are those that occur in some stack as far as propagation can tell. */
  readonly size: number;
  readonly initial: Uint32Array;
  /** By value: indices of the requirements that it brings, ascending. Only values of `initial` have any. */
  readonly needs: readonly (readonly number[])[];
}

export interface ModelRequirement {
  /** Index of the package that it asks for. */
  readonly target: number;
  /** The values that it allows, all of them in `initial` of the target. */
  readonly allowed: Uint32Array;
  /** Whether it only binds a virtual package to its base. */
  readonly isLink: boolean;
}

export interface Model {
  /** Real packages sorted by name, then virtual ones sorted by name and extra. */
  readonly packages: readonly ModelPackage[];
  /** Different requirements differ in target, allowed values or kind. */
  readonly requirements: readonly ModelRequirement[];
  /** Requirements of the roots. */
  readonly roots: readonly number[];
}

/** Whether a package only keeps a rejected combination out. */
export function isSelector(item: ModelPackage): boolean {
  return item.extra === '';
}
