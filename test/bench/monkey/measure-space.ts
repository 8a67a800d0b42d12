// A program that measures one space once, cold, and prints one JSON line: the number of the case and the folder of the
// repository are its arguments. The rates of values are what the engine does; those of stacks and of lines are what a user
// sees, with their ids.
import { countSpace } from '../../../coordinator/monkey/count-space.ts';
import { compileSpace } from '../../../coordinator/monkey/diagram/compile.ts';
import { isDiagram, nodeCount, type Diagram } from '../../../coordinator/monkey/diagram/diagram.ts';
import { StackNumbering } from '../../../coordinator/monkey/diagram/numbering.ts';
import { KeyedPermutation } from '../../../coordinator/monkey/diagram/permutation.ts';
import { UniformSampler } from '../../../coordinator/monkey/diagram/uniform-sampler.ts';
import { openStateSpace } from '../../../coordinator/monkey/space/open-state-space.ts';
import type { StateSpace } from '../../../coordinator/monkey/space/state-space.ts';
import { StackMaker } from '../../../coordinator/monkey/stack-of.ts';
import { strategyNamed } from '../../../coordinator/monkey/strategies/registry.ts';
import { openWalkSampler } from '../../../coordinator/monkey/walk/walk-sampler.ts';
import { seededRandom } from '../../../shared/runtime/random.ts';
import { canonicalEnvironment } from '../../../shared/stack/environment.ts';
import { parseRequirement } from '../../../shared/stack/requirement.ts';
import { openOracle, satisfies } from '../../../shared/stack/satisfies.ts';
import type { Stack } from '../../../shared/stack/stack.ts';
import { StackLines } from '../../../shared/stack/stack-lines.ts';
import { spaceCases } from './cases.ts';
import { Meter, peakMiB, print, processorShare } from './measuring.ts';

type Draw = (values: Int32Array) => void;

const [root = '', number = '0'] = process.argv.slice(2);
const chosen = spaceCases(root)[Number(number)];
if (chosen === undefined) throw new Error(`there is no case ${number}`);
const { name, roots, python, isAssuming } = chosen;

const started = performance.now();
const lookup = await chosen.read();
const readMs = Math.round(performance.now() - started);
const requirements = roots.map(parseRequirement);
const policy = { missing: isAssuming ? ('assume' as const) : ('error' as const) };
const environment = canonicalEnvironment({ python, platform: 'linux_x86_64' });
const meter = new Meter();
const open = (): StateSpace => openStateSpace({ requirements, lookup, environment, policy });
const space = meter.time('openMs', open);
meter.time('latestMs', () => strategyNamed('latest').open(space, { seed: '' }).next());
const diagram = meter.time('compileMs', () => compileSpace(space));
const peakAfterCompileMiB = peakMiB();

const figures = isDiagram(diagram) ? exactFigures(diagram) : walkedFigures();
const refusedByOracle = isAssuming ? null : refused();
measureOracle();
print({
  bench: 'monkey',
  name,
  ...figures,
  readMs,
  peakAfterCompileMiB,
  refusedByOracle,
  ...meter.wall,
  byProcessorTime: meter.processor,
  processorShare: processorShare(),
});

function exactFigures(compiled: Diagram): Readonly<Record<string, unknown>> {
  const sampler = new UniformSampler(compiled);
  const random = seededRandom('bench');
  const numbering = new StackNumbering(compiled);
  const permutation = new KeyedPermutation('bench', compiled.count);
  let position = 0n;
  const unrank: Draw = (values) => {
    numbering.unrank(permutation.at(position % compiled.count), values);
    position += 1n;
  };
  measureDraws('uniformValuesPerSecond', 50_000, (values) => sampler.draw(random, values));
  measureDraws('unrankedDistinctValuesPerSecond', 20_000, unrank);
  measureStacks(unrank);
  const { packages, candidates, classes, log10 } = countSpace(space).figures;
  return { exact: true, log10, packages, candidates, classes, nodes: nodeCount(compiled) };
}

function walkedFigures(): Readonly<Record<string, unknown>> {
  const { packages, candidates, classes, log10, estimate } = countSpace(space, {
    walks: 10_000,
    maxNodes: 1,
  }).figures;
  const walks = meter.time('learnMs', () => openWalkSampler(space, { seed: 'bench' }));
  const draw: Draw = (values) => {
    walks.next(values);
  };
  measureDraws('walkedValuesPerSecond', 10_000, draw);
  measureStacks(draw);
  return { exact: false, log10, packages, candidates, classes, estimate };
}

function measureDraws(figure: string, times: number, draw: Draw): void {
  const values = new Int32Array(space.model.packages.length);
  meter.rate(figure, times, () => draw(values));
}

function measureStacks(draw: Draw): void {
  const values = new Int32Array(space.model.packages.length);
  const maker = new StackMaker(space);
  const lines = new StackLines();
  const make = (): Stack => {
    draw(values);
    return maker.stack(values);
  };
  meter.rate('stacksPerSecond', 3_000, () => void make());
  meter.rate('jsonLinesPerSecond', 3_000, () => void lines.line(make()));
}

/** How many of 200 random-walk stacks the oracle refuses. */
function refused(): number {
  const stream = strategyNamed('random-walk').open(space, { seed: 'check' });
  const oracle = openOracle({ requirements, releases: lookup });
  let bad = 0;
  for (let index = 0; index < 200; index++) {
    const stack = stream.next();
    if (stack === null) break;
    bad += oracle(stack).length > 0 ? 1 : 0;
  }
  return bad;
}

function measureOracle(): void {
  const stream = strategyNamed('random-walk').open(space, { seed: 'rate' });
  const stacks = Array.from({ length: 100 }, () => stream.next()).filter((stack) => stack !== null);
  const one = (index: number): (typeof stacks)[number] => stacks[index % stacks.length] as Stack;
  meter.rate('satisfiesPerSecond', 300, (index) => {
    satisfies({ stack: one(index), requirements, releases: lookup });
  });
  const oracle = openOracle({ requirements, releases: lookup });
  meter.rate('oraclePerSecond', 3_000, (index) => void oracle(one(index)));
}
