// The stack whose real packages are known, with its virtual ones: as `bestStack` finds it when everything else is ruled out, but
// only the nodes that such a stack could go through are looked at.
import { at } from '../space/at.ts';
import { childrenOf } from './best-stack.ts';
import type { Diagram } from './diagram.ts';

interface Choice {
  readonly edge: number;
  readonly candidate: number;
}

/**
 * By package the value, -1 for packages outside; null when no stack has the chosen ones.
 * @param chosen by package the value of a real one, -1 outside; those of virtual ones are not read
 */
export function stackWith(diagram: Diagram, chosen: Int32Array): Int32Array | null {
  const choices = new Map<number, Choice | null>();
  const choiceAt = (node: number): Choice | null => {
    const known = choices.get(node);
    if (known !== undefined) return known;
    const isOpen = ({ edge }: Choice): boolean =>
      childrenOf(diagram, edge).every((child) => choiceAt(child) !== null);
    const choice = choicesAt(diagram, node, chosen).find(isOpen) ?? null;
    choices.set(node, choice);
    return choice;
  };
  const values = new Int32Array(diagram.packageCount).fill(-1);
  const pending = [...diagram.roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const choice = choiceAt(node);
    if (choice === null) return null;
    values[diagram.nodePackages[node] as number] = choice.candidate;
    pending.push(...childrenOf(diagram, choice.edge));
  }
  return values;
}

/** The edges that a stack with the chosen packages may take, that with the newest candidate first. */
function choicesAt(diagram: Diagram, node: number, chosen: Int32Array): readonly Choice[] {
  const { firstEdge, firstCandidate, candidates, nodePackages, representatives } = diagram;
  const packageIndex = nodePackages[node] as number;
  const isVirtual = at(representatives, packageIndex) !== null;
  const found: Choice[] = [];
  for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge++) {
    const first = firstCandidate[edge] as number;
    const own = candidates.subarray(first, firstCandidate[edge + 1]);
    const candidate = (isVirtual ? own[0] : chosen[packageIndex]) as number;
    if (own.includes(candidate)) found.push({ edge, candidate });
  }
  return found.toSorted((a, b) => a.candidate - b.candidate);
}
