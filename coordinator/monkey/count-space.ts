// How many stacks a space has: exactly where it can be compiled within the budget, else an estimate that says so.
import { compileSpace, type CompileBudget } from './diagram/compile.ts';
import { isDiagram, nodeCount, type Diagram } from './diagram/diagram.ts';
import { log10 } from './diagram/ratio.ts';
import { estimateCount, type CountEstimate } from './estimate.ts';
import { classModel } from './space/class-model.ts';
import type { StateSpace } from './space/state-space.ts';

export interface SpaceCount {
  readonly exact: boolean;
  /** Decimal digits; null for an estimate. */
  readonly count: string | null;
  /** Null when there is no stack. */
  readonly log10: number | null;
  readonly packages: number;
  readonly candidates: number;
  /** Candidates that are interchangeable counted once. */
  readonly classes: number;
  /** Of the diagram, or reached when it was given up. */
  readonly nodes: number;
  /** How the figure was estimated; null when it is exact. */
  readonly estimate: CountEstimate | null;
}

export interface CountOptions extends CompileBudget {
  readonly seed?: string | undefined;
  /** For an estimate; 50,000 when absent. */
  readonly walks?: number | undefined;
}

export interface CountedSpace {
  readonly figures: SpaceCount;
  /** For further questions; null for an estimate. */
  readonly diagram: Diagram | null;
}

export function countSpace(space: StateSpace, options: CountOptions = {}): CountedSpace {
  const real = (model: StateSpace['model']): StateSpace['model']['packages'] =>
    model.packages.filter((item) => item.extra === null);
  const size = (model: StateSpace['model']): number =>
    real(model).reduce((total, item) => total + item.size, 0);
  const sizes = {
    packages: real(space.model).length,
    candidates: size(space.model),
    classes: size(classModel(space.model).model),
  };
  const result = compileSpace(space, options);
  if (isDiagram(result)) {
    const figures: SpaceCount = {
      exact: true,
      count: result.count.toString(),
      log10: result.count === 0n ? null : log10(result.count),
      ...sizes,
      nodes: nodeCount(result),
      estimate: null,
    };
    return { figures, diagram: result };
  }
  const estimate = estimateCount(space, { seed: options.seed ?? 'count', walks: options.walks ?? 50_000 });
  const figures: SpaceCount = {
    exact: false,
    count: null,
    log10: estimate.stacks === 0 ? null : estimate.log10,
    ...sizes,
    nodes: result.nodes,
    estimate,
  };
  return { figures, diagram: null };
}
