// Stacks of one project that need no index.
import { createHash } from 'node:crypto';
import type { TargetEnvironment } from '../../shared/stack/environment.ts';
import type { LockedStack } from '../../shared/stack/stack.ts';

const hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A stack of one project; `name` makes it another one. */
export function fakeStack(environment: TargetEnvironment, name: string): LockedStack {
  const { python, variables } = environment;
  const factors = variables === undefined ? '' : JSON.stringify(variables);
  const stackId = `sha256:${hex(`${python}${factors}/${name}`)}`;
  return {
    stack_id: stackId,
    lock_digest: `sha256:${hex(stackId)}`,
    environment,
    packages: [{ name: 'thing', version: name, index: 'pip', files: [] }],
  };
}

export const baselineName = (rank: number): string => `9.${rank}`;
export const candidateName = (position: number): string => `1.${position}`;
