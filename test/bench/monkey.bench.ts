// The figures of the Dependency Monkey: one JSON line for each space, medians of five, one thread. Snapshots of real indexes
// are taken from the folder TROOP_BENCH_SNAPSHOTS where it is given; the made-up worlds are always measured.
import { expect, it } from 'vitest';
import { countSpace } from '../../coordinator/monkey/count-space.ts';
import { compileSpace } from '../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, nodeCount, type Diagram } from '../../coordinator/monkey/diagram/diagram.ts';
import { StackNumbering } from '../../coordinator/monkey/diagram/numbering.ts';
import { KeyedPermutation } from '../../coordinator/monkey/diagram/permutation.ts';
import { UniformSampler } from '../../coordinator/monkey/diagram/uniform-sampler.ts';
import type { StateSpace } from '../../coordinator/monkey/space/state-space.ts';
import { strategyNamed } from '../../coordinator/monkey/strategies/registry.ts';
import { RandomWalk } from '../../coordinator/monkey/strategies/random-walk.ts';
import { seededRandom } from '../../shared/runtime/random.ts';
import type { ReleaseLookup } from '../../shared/stack/release.ts';
import { satisfies } from '../../shared/stack/satisfies.ts';
import { isWhollyKnown, openCase, snapshotCases, type BenchCase } from '../support/monkey/bench-cases.ts';
import { hardWorld, tensorflowShaped } from '../support/monkey/large-knowledge.ts';
import { lookupOf, requirements } from '../support/monkey/knowledge.ts';

const REPEATS = 5;
const EIGHT = ['boto3', 'pandas', 'scipy', 'flask', 'sphinx', 'requests', 'dask[complete]', 'pytest'];

const CASES: readonly BenchCase[] = [
  ...snapshotCases('dask', [['dask[complete]'], ['sphinx'], ['boto3'], EIGHT]),
  ...snapshotCases('pyrax', [['pyrax==1.9.8']]),
  ...snapshotCases('virtualenv', [['virtualenv'], ['pytest']]),
  { name: 'tensorflow-shaped', roots: ['flow'], lookup: () => lookupOf(tensorflowShaped('1')) },
  { name: 'hard', roots: ['flow'], lookup: () => lookupOf(hardWorld('1')) },
];

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

/** Median milliseconds of a call. */
function timeMs(call: () => unknown): number {
  return median(
    Array.from({ length: REPEATS }, () => {
      const start = performance.now();
      call();
      return performance.now() - start;
    }),
  );
}

/** Median number of calls a second. */
function rate(times: number, call: (index: number) => void): number {
  const ms = timeMs(() => {
    for (let index = 0; index < times; index++) call(index);
  });
  return Math.round((times / ms) * 1000);
}

function compiledFigures(diagram: Diagram): Readonly<Record<string, number>> {
  const values = new Int32Array(diagram.packageCount);
  const sampler = new UniformSampler(diagram);
  const random = seededRandom('bench');
  const numbering = new StackNumbering(diagram);
  const permutation = new KeyedPermutation('bench', diagram.count);
  return {
    nodes: nodeCount(diagram),
    uniformStacksPerSecond: rate(50_000, () => sampler.draw(random, values)),
    unrankedStacksPerSecond: rate(20_000, (index) =>
      numbering.unrank(permutation.at(BigInt(index) % diagram.count), values),
    ),
  };
}

/** How many of 200 random-walk stacks the oracle refuses. */
function refused(space: StateSpace, lookup: ReleaseLookup, roots: readonly string[]): number {
  const stream = strategyNamed('random-walk').open(space, { seed: 'check' });
  let bad = 0;
  for (let index = 0; index < 200; index++) {
    const stack = stream.next();
    if (stack === null) break;
    bad += satisfies({ stack, requirements: requirements(...roots), releases: lookup }).length > 0 ? 1 : 0;
  }
  return bad;
}

it.each(CASES)('$name', (item) => {
  const { name, roots } = item;
  const lookup = item.lookup();
  const open = (): StateSpace => openCase(item, lookup);
  const space = open();
  const openMs = timeMs(open);
  const firstStackMs = timeMs(() => strategyNamed('latest').open(open(), { seed: '' }).next());
  const compileMs = timeMs(() => compileSpace(space));
  const { figures, diagram } = countSpace(space, { walks: 20_000 });
  const walker = new RandomWalk(space, 'bench');
  const line = {
    bench: 'monkey',
    name,
    packages: figures.packages,
    candidates: figures.candidates,
    classes: figures.classes,
    exact: figures.exact,
    log10: figures.log10,
    ...(figures.estimate === null ? {} : { effectiveSampleSize: figures.estimate.effectiveSampleSize }),
    openMs,
    firstStackMs,
    compileMs,
    walkedStacksPerSecond: rate(2_000, () => void walker.next()),
    ...(diagram === null ? { nodes: figures.nodes } : compiledFigures(diagram)),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    refusedByOracle: isWhollyKnown(item, lookup) ? refused(space, lookup, roots) : null,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  expect(isDiagram(compileSpace(space))).toBe(figures.exact);
});
