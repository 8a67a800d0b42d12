// How much sooner strategies that learn find fast stacks than `uniform` does: the best true value after as many
// inspections, on made-up surfaces. One JSON line a (world, surface, strategy).
import { expect, it } from 'vitest';
import { bestStack } from '../../coordinator/monkey/diagram/best-stack.ts';
import { compileSpace } from '../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, type Diagram } from '../../coordinator/monkey/diagram/diagram.ts';
import { openStateSpace } from '../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../coordinator/monkey/space/state-space.ts';
import { strategies, strategyNamed } from '../../coordinator/monkey/strategies/registry.ts';
import { bisectCulprit, type CulpritOutcome } from '../support/monkey/culprit-case.ts';
import { linux311, lookupOf, requirements } from '../support/monkey/knowledge.ts';
import { tensorflowShaped } from '../support/monkey/large-knowledge.ts';
import { madeUpKnowledge } from '../support/monkey/made-up-knowledge.ts';
import { inspect, responseSurface, type SurfaceKind } from '../support/monkey/response-surface.ts';

const INSPECTIONS = 100;
const DELAY = 5;
const CASES_OF_BISECT = Number(process.env['TROOP_BENCH_CASES'] ?? 200);
const SEEDS = Number(process.env['TROOP_BENCH_SEEDS'] ?? 20);
/** Others than those that a strategy was made with: nothing learned from them can flatter it there. */
const FIRST_SEED = Number(process.env['TROOP_BENCH_FIRST_SEED'] ?? 0);

const WORLDS = [
  { world: 'made-up, 10 packages', roots: ['suite'], releases: madeUpKnowledge({ seed: '1', releases: 8 }) },
  { world: 'tensorflow-shaped, 42 packages', roots: ['flow'], releases: tensorflowShaped('1') },
].map(({ world, roots, releases }) => {
  const space = openStateSpace({
    requirements: requirements(...roots),
    lookup: lookupOf(releases),
    environment: linux311,
  });
  return { world, space, diagram: compiledOf(space) };
});

function compiledOf(space: StateSpace): Diagram {
  const diagram = compileSpace(space);
  if (!isDiagram(diagram)) throw new Error('the space does not compile');
  return diagram;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

const LEARNING = [...strategies.values()].filter(
  ({ learns, name }) => learns === true && name !== 'bisect' && (process.env['ONLY'] ?? name) === name,
);
const KINDS: readonly SurfaceKind[] = ['additive', 'pairs', 'noisy'];
const CASES = WORLDS.flatMap((world) => KINDS.map((kind) => ({ ...world, kind })));

it.each(CASES)('$kind on $world', ({ world, space, diagram, kind }) => {
  const bestOf = (strategy: string, seed: string): number => {
    const surface = responseSurface(space, kind, seed);
    const stream = strategyNamed(strategy).open(space, { seed, count: INSPECTIONS, diagram });
    return Math.min(...inspect(stream, surface, { count: INSPECTIONS, delay: DELAY, seed }));
  };
  const seeds = Array.from({ length: SEEDS }, (_, index) => `seed ${FIRST_SEED + index}`);
  const uniform = seeds.map((seed) => bestOf('uniform', seed));
  const optimum = seeds.map((seed) => {
    const { effects } = responseSurface(space, kind, seed);
    return bestStack(diagram, (index, value) => effects[index]?.[value] ?? 0)?.cost ?? NaN;
  });
  for (const { name } of LEARNING) {
    const start = performance.now();
    const best = seeds.map((seed) => bestOf(name, seed));
    const line = {
      bench: 'monkey-learn',
      strategy: name,
      surface: kind,
      world,
      inspections: INSPECTIONS,
      seeds: SEEDS,
      firstSeed: FIRST_SEED,
      medianBest: median(best),
      medianBestOfUniform: median(uniform),
      // With pairs: of the effects of single packages.
      medianOptimum: median(optimum),
      wins: best.filter((value, index) => value < (uniform[index] ?? NaN)).length / SEEDS,
      msPerStack: (performance.now() - start) / SEEDS / INSPECTIONS,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    expect.soft(line.medianBest).toBeLessThan(line.medianBestOfUniform);
  }
});

it.each(WORLDS)('bisect on $world', ({ world, space, diagram }) => {
  const outcomes = Array.from({ length: CASES_OF_BISECT }, (_, index) =>
    bisectCulprit(space, diagram, { seed: `case ${index}`, errorRate: 0.1, limit: 400, delay: 2 }),
  ).filter((outcome) => outcome !== null);
  const share = (isSo: (outcome: CulpritOutcome) => boolean): number =>
    outcomes.filter(isSo).length / outcomes.length;
  const line = {
    bench: 'monkey-learn',
    strategy: 'bisect',
    world,
    nodes: diagram.nodePackages.length,
    edges: diagram.candidates.length,
    cases: outcomes.length,
    wrongAnswers: 0.1,
    packageFound: share(({ isPackageFound }) => isPackageFound),
    versionFound: share(({ isVersionFound }) => isVersionFound),
    decided: share(({ isDecided }) => isDecided),
    medianProbes: median(outcomes.map(({ probes }) => probes)),
    mostProbes: Math.max(...outcomes.map(({ probes }) => probes)),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  expect(line.packageFound).toBeGreaterThanOrEqual(0.95);
});
