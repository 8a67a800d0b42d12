// Strongly connected components of a graph, each after all that it leads to (Tarjan). https://doi.org/10.1137/0201010
import { at } from '../space/at.ts';

/** @param targets by node the nodes that it leads to */
export function stronglyConnected(targets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const components: number[][] = [];
  const indexOf = targets.map(() => -1);
  const low = targets.map(() => 0);
  const isOpen = targets.map(() => false);
  const open: number[] = [];
  let count = 0;

  const visit = (node: number): void => {
    indexOf[node] = low[node] = count;
    count += 1;
    open.push(node);
    isOpen[node] = true;
    for (const target of at(targets, node)) {
      if (indexOf[target] === -1) {
        visit(target);
        low[node] = Math.min(at(low, node), at(low, target));
      } else if (at(isOpen, target)) {
        low[node] = Math.min(at(low, node), at(indexOf, target));
      }
    }
    if (low[node] === indexOf[node]) {
      const component = open.splice(open.indexOf(node));
      component.forEach((member) => {
        isOpen[member] = false;
      });
      components.push(component.toSorted((a, b) => a - b));
    }
  };

  targets.forEach((_, node) => {
    if (indexOf[node] === -1) {
      visit(node);
    }
  });
  return components;
}
