// Which versions the rules `hold` and `vary` leave: those of a reference stack and, where a varied version allows no such
// stack, also those of one stack near the reference that has it. So every varied version that is possible at all stays
// possible, and everything else stays where it is as far as that goes.
import type { StackPackage } from '../../../shared/stack/stack.ts';
import { Propagation } from '../propagate.ts';
import { BestFirstSearch } from '../search/best-first.ts';
import { DepthFirstSearch, readStack } from '../search/depth-first.ts';
import { packagePriority } from '../search/priority.ts';
import { StackMaker } from '../stack-of.ts';
import { at } from './at.ts';
import { candidateKey, type Candidate } from './candidate.ts';
import type { StateSpace } from './state-space.ts';

/** By head of a package that is held: keys of the candidates that it may have. */
export type HeldCandidates = ReadonlyMap<string, ReadonlySet<string>>;

export interface HoldRequest {
  /** The space without the rules that hold. */
  readonly space: StateSpace;
  readonly isHeld: (head: string) => boolean;
  /** The stack to hold to; the newest of the space when null. */
  readonly reference: readonly StackPackage[] | null;
  /** The space under what is held so far. */
  readonly openHeld: (held: HeldCandidates) => StateSpace;
}

/** How many choices may fail while one stack near the reference is looked for. Part of what a seed means. */
const MAX_FAILURES = 500;

/** @throws TROOP-1907 when the newest stack is not found within its budget */
export function holdToReference({ space, isHeld, reference, openHeld }: HoldRequest): HeldCandidates {
  const packages = reference ?? newestStack(space);
  const held = new Map<string, Set<string>>();
  for (const item of packages) {
    const head = space.alternatives.headOf(item.name);
    if (isHeld(head)) {
      held.set(head, new Set([candidateKey(item)]));
    }
  }
  const strict = openHeld(held);
  const maker = new StackMaker(space);
  for (const values of stacksOfLostValues(space, strict, isHeld, packages)) {
    for (const item of maker.packages(values)) {
      held.get(space.alternatives.headOf(item.name))?.add(candidateKey(item));
    }
  }
  return held;
}

function newestStack(space: StateSpace): readonly StackPackage[] {
  const values = space.conflict === null ? new BestFirstSearch(space, 'newest').next() : null;
  return values === null ? [] : new StackMaker(space).packages(values);
}

/** For every varied value that the strict space lost: a stack of the space that has it. */
function stacksOfLostValues(
  space: StateSpace,
  strict: StateSpace,
  isHeld: (head: string) => boolean,
  reference: readonly StackPackage[],
): readonly Int32Array[] {
  const left = new Set(strict.candidates.flat().map(keyOf));
  const wanted = new Set(reference.map(candidateKey));
  return space.model.packages.flatMap(({ name, extra }, packageIndex) => {
    // Asking for an optional package would put it into stacks that do not need it.
    if (extra !== null || isHeld(name) || !at(space.isRequired, packageIndex)) {
      return [];
    }
    return at(space.candidates, packageIndex).flatMap((candidate, value) =>
      left.has(keyOf(candidate)) ? [] : (stackNear(space, packageIndex, value, wanted) ?? []),
    );
  });
}

function keyOf(candidate: Candidate): string {
  return candidateKey({ ...candidate, version: candidate.version.text });
}

/** A stack with one value that keeps to the wanted candidates where the search comes by them. */
function stackNear(
  space: StateSpace,
  packageIndex: number,
  value: number,
  wanted: ReadonlySet<string>,
): Int32Array | null {
  const propagation = new Propagation(space.model);
  if (!propagation.start(space.model.roots) || !propagation.assign(packageIndex, value)) {
    return null;
  }
  const priority = packagePriority(space);
  const wantedValue = space.candidates.map((own) => own.findIndex((each) => wanted.has(keyOf(each))));
  const search = new DepthFirstSearch(
    propagation,
    {
      nextPackage: (state) =>
        priority.find((index) => state.isRequired(index) && !state.isDecided(index)) ?? -1,
      nextValue: (state, index) => {
        const preferred = at(wantedValue, index);
        return preferred >= 0 && state.has(index, preferred) ? preferred : state.valueAt(index, 0);
      },
    },
    { failuresLeft: MAX_FAILURES },
  );
  return search.next() ? readStack(propagation) : null;
}
