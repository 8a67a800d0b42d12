// Which versions the rules `hold` and `vary` leave: those of a reference stack and, where a varied version allows no such
// stack, also those of one stack near the reference that has it. So every varied version that is possible at all stays
// possible, and everything else stays where it is as far as that goes.
import type { StackPackage } from '../../../shared/stack/stack.ts';
import { Propagation } from '../propagate.ts';
import { BestFirstSearch } from '../search/best-first.ts';
import { readStack } from '../search/depth-first.ts';
import { Oracle } from '../search/oracle.ts';
import { packagePriority } from '../search/priority.ts';
import { ThoroughSearch } from '../search/thorough.ts';
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

/** How many conflicts may be looked into to tell which varied versions the reference leaves. */
const MAX_CONFLICTS = 5_000;

/** @throws TROOP-1907 when the newest stack, or one with a varied version, is neither found nor known not to be there */
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
  const left = possibleIn(strict, isHeld);
  const near = new NearStacks(space, new Set(reference.map(candidateKey)));
  return space.model.packages.flatMap(({ name, extra }, packageIndex) => {
    // Asking for an optional package would put it into stacks that do not need it.
    if (extra !== null || isHeld(name) || !at(space.isRequired, packageIndex)) {
      return [];
    }
    return at(space.candidates, packageIndex).flatMap((candidate, value) =>
      left.has(keyOf(candidate)) ? [] : (near.withValue(packageIndex, value) ?? []),
    );
  });
}

function keyOf(candidate: Candidate): string {
  return candidateKey({ ...candidate, version: candidate.version.text });
}

/** Keys of the candidates that some stack of the space has, of packages that are not held and that every stack has. */
function possibleIn(space: StateSpace, isHeld: (head: string) => boolean): ReadonlySet<string> {
  const oracle = new Oracle(space.model);
  const budget = { conflictsLeft: MAX_CONFLICTS };
  const possible = new Set<string>();
  space.model.packages.forEach(({ name, extra }, packageIndex) => {
    if (extra !== null || isHeld(name) || !at(space.isRequired, packageIndex)) {
      return;
    }
    at(space.candidates, packageIndex).forEach((candidate, value) => {
      // Where nobody knows, the space is left as it is.
      if (oracle.mayHave({ packageIndex, value }, budget)) possible.add(keyOf(candidate));
    });
  });
  return possible;
}

/** Stacks that keep to the wanted candidates where the search comes by them. */
class NearStacks {
  readonly #propagation: Propagation;
  readonly #search: ThoroughSearch;
  readonly #isOpen: boolean;

  constructor(space: StateSpace, wanted: ReadonlySet<string>) {
    const priority = packagePriority(space);
    const wantedValue = space.candidates.map((own) => own.findIndex((each) => wanted.has(keyOf(each))));
    this.#propagation = new Propagation(space.model);
    this.#isOpen = this.#propagation.start(space.model.roots);
    this.#search = new ThoroughSearch(space.model, this.#propagation, {
      nextPackage: (state) =>
        priority.find((index) => state.isRequired(index) && !state.isDecided(index)) ?? -1,
      nextValue: (state, index) => {
        const preferred = at(wantedValue, index);
        return preferred >= 0 && state.has(index, preferred) ? preferred : state.valueAt(index, 0);
      },
    });
  }

  /** The first that has a value of a package that every stack has; null when there is none. @throws TROOP-1907 */
  withValue(packageIndex: number, value: number): Int32Array | null {
    const start = this.#propagation.mark();
    const isFound =
      this.#isOpen &&
      this.#propagation.assign(packageIndex, value) &&
      this.#search.first({ shared: [{ packageIndex, value }], ruledOut: [] }) !== null;
    const values = isFound ? readStack(this.#propagation) : null;
    this.#propagation.undoTo(start);
    return values;
  }
}
