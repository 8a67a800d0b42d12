// A proof as sentences, each from two things already said, in the manner of PubGrub's error reports. A sentence that is needed
// again later gets a number.
import type { StateSpace } from '../space/state-space.ts';
import type { Incompatibility } from './incompatibility.ts';
import { phrase } from './phrase.ts';

/** What two derived or known incompatibilities lead to, from first to last. */
export function derivationSentences(space: StateSpace, proof: Incompatibility): readonly string[] {
  const steps = orderedSteps(proof);
  if (steps.length === 0) {
    return [`${capital(phrase(space, proof))}.`];
  }
  const uses = new Map<Incompatibility, number>();
  for (const { left, right } of steps) {
    uses.set(left, (uses.get(left) ?? 0) + 1);
    uses.set(right, (uses.get(right) ?? 0) + 1);
  }
  const numbers = new Map<Incompatibility, number>();
  const sentences: string[] = [];
  let previous: Incompatibility | null = null;
  steps.forEach(({ whole, left, right }, index) => {
    const next = steps[index + 1];
    const isUsedNextOnly = uses.get(whole) === 1 && (next?.left === whole || next?.right === whole);
    const sentence = stepSentence(space, { whole, left, right }, previous, numbers);
    if (next !== undefined && !isUsedNextOnly) {
      numbers.set(whole, numbers.size + 1);
      sentences.push(`${sentence} (${numbers.size})`);
    } else {
      sentences.push(sentence);
    }
    previous = whole;
  });
  return sentences;
}

interface Step {
  readonly whole: Incompatibility;
  readonly left: Incompatibility;
  readonly right: Incompatibility;
}

function stepSentence(
  space: StateSpace,
  { whole, left, right }: Step,
  previous: Incompatibility | null,
  numbers: ReadonlyMap<Incompatibility, number>,
): string {
  const refer = (part: Incompatibility): string => {
    const number = numbers.get(part);
    return number === undefined ? phrase(space, part) : `${phrase(space, part)} (${number})`;
  };
  const conclusion = phrase(space, whole);
  if (previous === left || previous === right) {
    return `And because ${refer(previous === left ? right : left)}, ${conclusion}.`;
  }
  return `Because ${refer(left)}, and ${refer(right)}, ${conclusion}.`;
}

/** Derived steps, each once and after those that it follows from. */
function orderedSteps(proof: Incompatibility): readonly Step[] {
  const steps: Step[] = [];
  const seen = new Set<Incompatibility>();
  const pending: { readonly whole: Incompatibility; readonly isExpanded: boolean }[] = [
    { whole: proof, isExpanded: false },
  ];
  for (let top = pending.pop(); top !== undefined; top = pending.pop()) {
    const { whole, isExpanded } = top;
    if (whole.cause.kind !== 'derived' || (!isExpanded && seen.has(whole))) {
      continue;
    }
    const { left, right } = whole.cause;
    if (isExpanded) {
      steps.push({ whole, left, right });
      continue;
    }
    seen.add(whole);
    // The left side is said last, next to what follows from it.
    pending.push(
      { whole, isExpanded: true },
      { whole: left, isExpanded: false },
      { whole: right, isExpanded: false },
    );
  }
  return steps;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
