// The stack that a depth-first search would find first, found without its detours: before each choice the oracle says whether
// a stack has it, so that none is ever taken back. A known stack answers for the choices that it has.
import type { ConflictBudget } from '../explain/learning-solver.ts';
import type { Propagation } from '../propagate.ts';
import type { Choice, Chooser } from './depth-first.ts';
import type { Decision, Oracle } from './oracle.ts';

/** What all stacks in question share, and what none of them has; the propagation must hold that. */
export interface Limits {
  readonly shared: readonly Decision[];
  readonly ruledOut: readonly Decision[];
}

export interface Guide {
  readonly oracle: Oracle;
  readonly budget: ConflictBudget;
}

/**
 * The choices that lead to the stack, which the propagation holds then; null when there is none, and nothing has changed.
 * @throws TROOP-1907 when the budget is used up
 */
export function guidedSearch(
  propagation: Propagation,
  chooser: Chooser,
  guide: Guide,
  { shared, ruledOut }: Limits,
): readonly Choice[] | null {
  const { oracle, budget } = guide;
  let known = oracle.stackWith(shared, ruledOut, budget);
  if (known === null) {
    return null;
  }
  const choices: Choice[] = [];
  for (;;) {
    const packageIndex = chooser.nextPackage(propagation);
    if (packageIndex === -1) {
      return choices;
    }
    const choice = { packageIndex, value: chooser.nextValue(propagation, packageIndex) };
    const mark = propagation.mark();
    const isPossible = propagation.assign(packageIndex, choice.value);
    if (known[packageIndex] !== choice.value) {
      const other = isPossible ? oracle.stackWith([...shared, ...choices, choice], ruledOut, budget) : null;
      if (other === null) {
        propagation.undoTo(mark);
        propagation.exclude(packageIndex, choice.value);
        continue;
      }
      known = other;
    }
    choices.push({ ...choice, mark });
  }
}
