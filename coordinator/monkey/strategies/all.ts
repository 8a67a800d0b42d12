// Truly all stacks, in the order of their numbers: newest candidates first at each decision of the diagram.
import { numberedStrategy } from './numbered.ts';

export const all = numberedStrategy(
  { name: 'all', description: 'every valid stack in order, for small spaces', isDrawn: false },
  () => (position) => position,
);
