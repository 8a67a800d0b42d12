// A small space with its diagram and the list of all its stacks, for properties of the queries.
import fc from 'fast-check';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import type { StateSpaceInput } from '../../../coordinator/monkey/space/open-state-space.ts';
import { openSmall } from './open-small.ts';

export interface CompiledCase {
  readonly space: StateSpace;
  readonly diagram: Diagram;
  /** By package the chosen value, -1 for packages outside. */
  readonly all: readonly Int32Array[];
}

/** Cases of 500 stacks and more are passed over, and those whose rules are refused. */
export function compiledCase(request: StateSpaceInput): CompiledCase {
  const space = openSmall(request);
  if (space === null) fc.pre(false);
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('a small space did not compile');
  fc.pre(diagram.count < 500n);
  return { space, diagram, all: listStacks(diagram) };
}

export function listStacks(diagram: Diagram): readonly Int32Array[] {
  const numbering = new StackNumbering(diagram);
  return Array.from({ length: Number(diagram.count) }, (_, index) => {
    const values = new Int32Array(diagram.packageCount);
    numbering.unrank(BigInt(index), values);
    return values;
  });
}
