// How much of what can be covered the first stacks of a campaign cover: `coverage` beside `uniform`, in pairs of version classes
// and in versions; and how long neighbours, combinations and a mix that is taken up again take. One JSON line for each space.
import { expect, it } from 'vitest';
import { compileSpace } from '../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../coordinator/monkey/diagram/diagram.ts';
import { reachablePairs } from '../../coordinator/monkey/diagram/reachable-pairs.ts';
import { at } from '../../coordinator/monkey/space/at.ts';
import type { StateSpace } from '../../coordinator/monkey/space/state-space.ts';
import { BestOfDraws } from '../../coordinator/monkey/strategies/best-of-draws.ts';
import { CoverageLedger } from '../../coordinator/monkey/strategies/coverage-ledger.ts';
import { openSampling } from '../../coordinator/monkey/strategies/open-sampling.ts';
import { strategyNamed } from '../../coordinator/monkey/strategies/registry.ts';
import type { StackStream } from '../../coordinator/monkey/strategies/strategy.ts';
import { versionGroups } from '../../coordinator/monkey/strategies/version-groups.ts';
import { StackNumbering } from '../../coordinator/monkey/diagram/numbering.ts';
import { KeyedPermutation } from '../../coordinator/monkey/diagram/permutation.ts';
import { openCase, snapshotCases, type BenchCase } from '../support/monkey/bench-cases.ts';
import { lookupOf } from '../support/monkey/knowledge.ts';
import { tell, tellFigure } from './figures.ts';
import { tensorflowShaped } from '../support/monkey/large-knowledge.ts';
import { madeUpKnowledge } from '../support/monkey/made-up-knowledge.ts';

const EIGHT = ['boto3', 'pandas', 'scipy', 'flask', 'sphinx', 'requests', 'dask[complete]', 'pytest'];

const CASES: readonly BenchCase[] = [
  ...snapshotCases('dask', [['dask[complete]'], ['sphinx'], EIGHT]),
  ...snapshotCases('pyrax', [['pyrax==1.9.8']]),
  { name: 'tensorflow-shaped', roots: ['flow'], lookup: () => lookupOf(tensorflowShaped('1')) },
  {
    name: 'made-up',
    roots: ['plots>=0.2'],
    lookup: () => lookupOf(madeUpKnowledge({ seed: '1', releases: 8 })),
  },
];

const CHECKPOINTS = [100, 1000] as const;

interface Reached {
  readonly versions: readonly number[];
  readonly pairs: readonly number[];
}

function reached(ledger: CoverageLedger, next: () => Int32Array | null): Reached {
  const versions: number[] = [];
  const pairs: number[] = [];
  for (let given = 1; given <= Math.max(...CHECKPOINTS); given++) {
    const values = next();
    if (values !== null) ledger.cover(values);
    if (CHECKPOINTS.some((checkpoint) => checkpoint === given)) {
      versions.push(ledger.versions.covered);
      pairs.push(ledger.pairs.covered);
    }
  }
  return { versions, pairs };
}

/** Milliseconds until so many stacks were given, from the compiled space on. */
function timed(open: () => StackStream, wanted: number): { readonly stacks: number; readonly ms: number } {
  const start = performance.now();
  const stream = open();
  let stacks = 0;
  while (stacks < wanted && stream.next() !== null) stacks += 1;
  return { stacks, ms: Math.round(performance.now() - start) };
}

function uniformValues(diagram: Diagram): () => Int32Array | null {
  const numbering = new StackNumbering(diagram);
  const permutation = new KeyedPermutation('bench', diagram.count);
  const values = new Int32Array(diagram.packageCount);
  let position = 0n;
  return () => {
    if (position >= diagram.count) return null;
    numbering.unrank(permutation.at(position), values);
    position += 1n;
    return values;
  };
}

it.each(CASES)('$name', (item) => {
  const space: StateSpace = openCase(item, item.lookup());
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('the space of this benchmark compiles');
  const groups = versionGroups(space, 'classes', () => true);
  const start = performance.now();
  const pairs = reachablePairs(
    diagram,
    groups.count,
    (packageIndex, value) => at(groups.groupOf, packageIndex)[value] as number,
  );
  const pairsMs = performance.now() - start;
  const uniform = reached(new CoverageLedger(space, groups, pairs), uniformValues(diagram));
  const given = Math.max(...CHECKPOINTS);
  const began = performance.now();
  const best = new BestOfDraws({ space, groups, seed: 'bench', draws: 50 }, diagram);
  const coverage = reached(new CoverageLedger(space, groups, pairs), () => best.next());
  const coverageMs = performance.now() - began;
  const neighbours = timed(
    () => strategyNamed('neighbours').open(space, { seed: 'bench', diagram }),
    Infinity,
  );
  const combinations = timed(
    () => strategyNamed('combinations').open(space, { seed: 'bench', diagram }),
    100,
  );
  const cursor = { emitted: given };
  const resumed = timed(() => openSampling(space, {}, { seed: 'bench', count: given, diagram, cursor }), 1);
  const line = {
    bench: 'monkey-choose',
    name: item.name,
    after: CHECKPOINTS,
    reachableVersions: best.coverage.versions.reachable,
    uniformVersions: uniform.versions,
    coverageVersions: coverage.versions,
    reachablePairs: pairs.pairs,
    uniformPairs: uniform.pairs,
    coveragePairs: coverage.pairs,
    pairsMs: Math.round(pairsMs),
    coverageStacksPerSecond: Math.round((1000 * given) / coverageMs),
    neighbours: neighbours.stacks,
    neighboursMs: neighbours.ms,
    combinations: combinations.stacks,
    combinationsMs: combinations.ms,
    resumedMixMs: resumed.ms,
  };
  tell(line);
  tellFigure({
    bench: 'monkey-choose',
    figure: `pairs of version classes after ${CHECKPOINTS[0]} stacks, ${item.name}`,
    ours: coverage.pairs[0] ?? NaN,
    unit: `of ${pairs.pairs}`,
    reference: { name: 'uniform', value: uniform.pairs[0] ?? NaN },
    goal: { ratioAtLeast: 1 },
  });
  expect(coverage.pairs[0]).toBeGreaterThanOrEqual(uniform.pairs[0] ?? 0);
});
